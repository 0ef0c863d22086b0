import { useRef } from 'react';
import { formatRange } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { EXPORT_FORMATS, EXPORT_WORDS, exportText, loadBytes, type ExportFormat } from '../../../shared/analysis/bytes/export-bytes.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';

import { Notices } from '../../state/notices.ts';
import { Menu } from '../../widgets/Menu.tsx';
import { useApp, useCursor } from '../../widgets/app-context.tsx';
import type { HexController } from './hex-controller.ts';

/** One read of the host. */
const MAX_READ_BYTES = 16 * 1024 * 1024;

/** Copies or saves the selection in a format, and lays a file over memory. */
export function CopyMenu({ controller }: { readonly controller: HexController | undefined }) {
  const app = useApp();
  const file = useRef<HTMLInputElement>(null);
  const selection = useCursor((cursor) => cursor.selection);
  const notices = new Notices(app.session);

  /** All bytes of the selection; what was not read refuses, because no format has a sign for it. */
  const bytesChosen = async (): Promise<{ readonly bytes: Uint8Array; readonly start: bigint }> => {
    const range = controller?.chosenRange();
    const sessionId = app.session.getState().session?.sessionId;
    if (range === undefined || sessionId === undefined) throw new VmatlasError({ code: 'wrong-state', message: 'No byte is chosen.', remedy: 'Select bytes by dragging, or with Shift and the arrows.' });
    const lengthBytes = Number(range.end - range.start);
    if (lengthBytes > MAX_READ_BYTES) throw new VmatlasError({ code: 'invalid-argument', message: 'At most 16 MiB can be copied at once.', evidence: formatSize(lengthBytes) });
    const { ranges } = await app.clients.memory.read({ sessionId, start: range.start, lengthBytes, touchNotPresent: false });
    const bytes = new Uint8Array(lengthBytes);
    for (const part of ranges) {
      if (part.kind !== 'valid') throw new VmatlasError({ code: 'unreadable', message: 'Some of the chosen bytes were not read, so they cannot be copied.', evidence: `${part.kind} in ${formatRange(range)}` });
      bytes.set(part.bytes, Number(part.start - range.start));
    }
    return { bytes, start: range.start };
  };
  const act = (run: () => Promise<void>): void => {
    run().catch((error: unknown) => notices.error(error));
  };
  const copy = (format: Exclude<ExportFormat, 'raw'>): void => act(async () => {
    const { bytes, start } = await bytesChosen();
    await navigator.clipboard.writeText(exportText(bytes, format, start));
    notices.info(`${formatSize(bytes.length)} copied as ${EXPORT_WORDS[format].title}.`);
  });
  const save = (format: ExportFormat): void => act(async () => {
    const { bytes, start } = await bytesChosen();
    const part = format === 'raw' ? bytes.slice() : exportText(bytes, format, start);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([part]));
    link.download = `0x${start.toString(16)}-${bytes.length}.${EXPORT_WORDS[format].extension}`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
  const load = (chosen: File): void => act(async () => {
    const start = controller?.chosenRange()?.start;
    if (controller === undefined || start === undefined) return;
    const { bytes, words } = loadBytes(new Uint8Array(await chosen.arrayBuffer()));
    await controller.edits.write(start, bytes, `${chosen.name}, ${words}`);
  });
  const size = selection === undefined ? '1 byte' : formatSize(selection.end - selection.start);
  return (
    <>
      <Menu label="Copy, export, load" className="btn bd s" button="Copy" title={`Copy or export ${size}, or load a file`}>
        {(close) => {
          const item = (text: string, hint: string, run: () => void) => (
            <button key={text} type="button" role="menuitem" onClick={() => { run(); close(); }}>
              <span className="grow">{text}</span>
              <span className="f3">{hint}</span>
            </button>
          );
          return (
            <>
              {EXPORT_FORMATS.map((format) => (format === 'raw' ? null : item(`Copy as ${EXPORT_WORDS[format].title}`, size, () => copy(format))))}
              {EXPORT_FORMATS.map((format) => item(`Save as ${EXPORT_WORDS[format].title}…`, `.${EXPORT_WORDS[format].extension}`, () => save(format)))}
              {item('Load a file over memory at the cursor…', 'raw or Intel HEX', () => file.current?.click())}
            </>
          );
        }}
      </Menu>
      <input
        ref={file} type="file" hidden aria-label="File to load over memory"
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          if (chosen !== undefined) load(chosen);
          event.target.value = '';
        }}
      />
    </>
  );
}
