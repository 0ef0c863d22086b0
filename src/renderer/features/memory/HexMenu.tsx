import { formatAddress, formatPlainAddress, toAddress, type Address } from '../../../shared/address/address.ts';
import { formatRange, type AddressRange } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { EXPORT_FORMATS, EXPORT_WORDS } from '../../../shared/analysis/bytes/export-bytes.ts';
import type { WatchAccess } from '../../../shared/model/run-control.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { AppState } from '../../state/app-state.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { ContextMenu, type MenuEntry, type MenuGroup } from '../../widgets/ContextMenu.tsx';
import { copyAs, copyText } from './copy-bytes.ts';
import type { HexController } from './hex-controller.ts';
import type { HexPlace } from './hex-place.ts';
import { subjectOf, type Subject } from './hex-subject.ts';

/** What a debug register watches in one piece. */
const WATCHED_BYTES = 8n;

interface Props {
  readonly controller: HexController;
  readonly at: { readonly x: number; readonly y: number };
  readonly onClose: () => void;
  readonly onEdit: () => void;
  readonly onNewTab: () => void;
}

/** What can be done with the byte at the cursor, the variable it belongs to, or the selection. */
export function HexMenu({ controller, at, onClose, onEdit, onNewTab }: Props) {
  const app = useApp();
  const { address, selection } = controller.cursor;
  if (address === undefined) return null;
  const place = controller.placeAt(address);
  const subject = subjectOf(address, selection, place);
  return (
    <ContextMenu
      label="Actions for these bytes" head={`${formatAddress(subject.range.start)}  ${formatSize(subject.range.end - subject.range.start)}  ${subject.name}`.trim()} at={at} onClose={onClose}
      groups={groupsOf(app, controller, address, subject, place, { onEdit, onNewTab })}
    />
  );
}

function groupsOf(app: AppState, controller: HexController, address: Address, subject: Subject, place: HexPlace, { onEdit, onNewTab }: Pick<Props, 'onEdit' | 'onNewTab'>): MenuGroup[] {
  const command = (id: string, text?: string): MenuEntry[] => {
    const found = app.commands.get(id);
    return found === undefined ? [] : [{ text: text ?? found.title, hint: found.keys[0] ?? '', disabledBecause: found.disabledBecause(), run: () => app.commands.run(id) }];
  };
  const region = app.session.getState().regions?.regionAt(address);
  const isMapped = region !== undefined && !isUnmappedKind(region.kind);
  const isStack = region?.kind === 'stack' || region?.kind === 'thread-stack';
  const isCode = region?.perms.includes('x') === true;
  const target = controller.pointerUnder(address);
  const select = (what: string, range: AddressRange | undefined): MenuEntry[] =>
    (range === undefined ? [] : [{ text: `Select ${what}`, hint: formatSize(range.end - range.start), run: () => app.cursor.select(range) }]);
  return [
    { entries: [
      { text: 'Follow pointer', ...(target === undefined ? {} : { hint: formatAddress(target) }), disabledBecause: target === undefined ? 'points nowhere' : undefined, run: () => controller.follow() },
      ...command('search.points-here'),
      { text: 'Search in these bytes', hint: subject.name === 'selected' ? 'selection' : subject.name, run: () => searchIn(app, subject.range) },
    ] },
    { title: 'Show in', inline: true, entries: [
      ...command('view.map', 'Map'), ...(isMapped ? command('view.pages', 'Pages') : []), ...(isStack ? command('view.stack', 'Stack') : []), ...(isCode ? command('view.source', 'Source') : []),
      ...command('view.inspector', 'Inspector'),
    ] },
    { title: 'Select', inline: true, entries: [
      ...select(place.member?.name ?? '', place.member?.range), ...select(place.owner?.name ?? '', place.owner?.range), ...select(place.section?.name ?? '', place.section?.range),
      ...(isMapped ? select('region', { start: region.start, end: region.end }) : []),
    ].map((entry) => ({ ...entry, text: entry.text.replace(/^Select /, '') })) },
    { entries: [...(isCode ? [...command('break.toggle'), ...command('run.to-cursor')] : []), ...watches(app, subject)] },
    { title: 'Copy as', inline: true, entries: [
      ...EXPORT_FORMATS.flatMap((format) => (format === 'raw' ? [] : [{ text: EXPORT_WORDS[format].title, run: () => void copyAs(app, subject.range, format) }])),
      { text: 'Address', run: () => void copyText(app, formatPlainAddress(subject.range.start), 'Address copied.') },
      { text: 'Range', run: () => void copyText(app, formatRange(subject.range), 'Range copied.') },
    ] },
    { entries: [{ text: 'Edit here', hint: 'E', run: onEdit }, { text: 'New memory view here', run: onNewTab }, ...command('memory.undo')] },
  ];
}

function watches(app: AppState, { range, name }: Subject): MenuEntry[] {
  const blocked = app.commands.get('watch.write')?.disabledBecause();
  // One byte that has no name: what a debug register watches around it, as the command does.
  const start = range.start - (range.start % WATCHED_BYTES);
  const watched = name === '' ? { start: toAddress(start), end: toAddress(start + WATCHED_BYTES) } : range;
  const what = name === '' ? '8 bytes around' : name === 'selected' ? formatSize(watched.end - watched.start) : name;
  const watch = (access: WatchAccess, words: string): MenuEntry => ({ text: words, disabledBecause: blocked, run: () => void app.controller.run.watchRange(watched, access) });
  return [watch('write', `Stop when ${what} is written`), watch('access', `Stop when ${what} is read or written`)];
}

/** The range becomes the selection, and the search form is set to it. */
function searchIn(app: AppState, range: AddressRange): void {
  app.cursor.select(range);
  app.search.setDraft({ where: 'selection' });
  app.commands.run('view.search');
}
