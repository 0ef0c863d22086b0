import { useEffect, useMemo, useRef, useState } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatRange, type AddressRange } from '../../../shared/address/range.ts';
import { formatCount } from '../../../shared/address/size.ts';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import type { PieceOfMapping, ProtectPreview, ProtectResult } from '../../../shared/rpc/contracts/pages.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { useAnswer } from './use-pages.ts';

const LETTERS = ['r', 'w', 'x'] as const;

interface Props {
  readonly range: AddressRange;
  /** Permissions of the first page now, as maps prints them. */
  readonly perms: string;
  readonly onClose: () => void;
}

/** Asks for new permissions of a range, shows what would become of the mappings, and runs mprotect in the stopped program. */
export function ProtectDialog({ range, perms, onClose }: Props) {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const phase = useSession((view) => view.session?.phase);
  const thread = useSession((view) => view.selectedThread);
  const [wanted, setWanted] = useState(() => LETTERS.filter((letter) => perms.includes(letter)).join(''));
  const [running, setRunning] = useState(false);
  const [outcome, setOutcome] = useState<{ readonly result: ProtectResult } | { readonly failure: ErrorFacts }>();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { start, end } = range;
  // After the call the preview stays as it was: it is what the result is compared with.
  const done = outcome !== undefined && 'result' in outcome;
  const ask = useMemo(() => (sessionId === undefined || done ? undefined : (signal: AbortSignal) => clients.pages.previewProtect({ sessionId, start, end, perms: wanted }, { signal })), [clients, sessionId, start, end, wanted, done]);
  const { value: preview, failure } = useAnswer(ask);

  const run = (): void => {
    if (sessionId === undefined) return;
    setRunning(true);
    setOutcome(undefined);
    clients.pages.protect({ sessionId, start, end, perms: wanted, ...(thread === undefined ? {} : { threadId: thread }) })
      .then((result) => setOutcome({ result }), (error: unknown) => setOutcome({ failure: errorFacts(error) }))
      .finally(() => setRunning(false));
  };
  const blocked = phase !== 'stopped' ? 'the program must be stopped under gdb' : preview === undefined || failure !== undefined ? 'there is no preview' : undefined;
  return (
    <dialog ref={dialog} className="dialog pg-protect" aria-label="Change permissions" onClose={onClose}>
      <h2>Change permissions</h2>
      <div className="f2"><span className="mono">{formatRange(range)}</span>, {formatCount((end - start) >> 12n)} {end - start === 4096n ? 'page' : 'pages'}</div>
      <div className="row gap">
        {LETTERS.map((letter) => (
          <label key={letter} className={wanted.includes(letter) ? 'pg-letter y' : 'pg-letter'}>
            <input type="checkbox" checked={wanted.includes(letter)} disabled={done || running} onChange={() => setWanted(LETTERS.filter((one) => wanted.includes(one) !== (one === letter)).join(''))} />
            <b className="mono">{letter}</b> {{ r: 'read', w: 'write', x: 'execute' }[letter]}
          </label>
        ))}
        <span className="grow" />
        <code className="f2">{callText(range, wanted)}</code>
      </div>
      {failure === undefined ? null : <p className="bad" role="alert">{errorFacts(failure).message}</p>}
      {preview === undefined || failure !== undefined ? null : <Preview preview={preview} now={done ? outcome.result.now : undefined} />}
      {outcome === undefined ? null : <Outcome outcome={outcome} />}
      <div className="row gap">
        <span className="f3">The call runs in the program itself, in the selected thread; its registers are put back.</span>
        <span className="grow" />
        <button type="button" className="btn bd" onClick={() => dialog.current?.close()}>{done ? 'Close' : 'Cancel'}</button>
        {done ? null : <button type="button" className="btn primary" disabled={running || blocked !== undefined} title={blocked} onClick={run}>{running ? 'Running…' : 'Run mprotect'}</button>}
      </div>
    </dialog>
  );
}

function callText({ start, end }: AddressRange, wanted: string): string {
  const flags = [...wanted].map((letter) => ({ r: 'PROT_READ', w: 'PROT_WRITE', x: 'PROT_EXEC' })[letter] ?? '');
  return `mprotect(0x${start.toString(16)}, 0x${(end - start).toString(16)}, ${flags.length === 0 ? 'PROT_NONE' : flags.join(' | ')})`;
}

/** What it would do; with `now`, what it did. */
function Preview({ preview, now }: { readonly preview: ProtectPreview; readonly now: readonly PieceOfMapping[] | undefined }) {
  return (
    <>
      <div className="pg-pieces">
        <Pieces title={now === undefined ? 'Mappings now' : 'Mappings before'} pieces={preview.before} />
        <Pieces title={now === undefined ? 'Mappings after' : 'Mappings now'} pieces={now ?? preview.after} />
      </div>
      {preview.words.map((words) => <p key={words}>{words}</p>)}
      {preview.warnings.map((words) => <p key={words} className="warn">{words}</p>)}
      {preview.refusal === undefined ? null : <p className="bad" role="alert">The kernel would refuse: {preview.refusal}</p>}
    </>
  );
}

function Pieces({ title, pieces }: { readonly title: string; readonly pieces: readonly PieceOfMapping[] }) {
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {pieces.toReversed().map((piece) => (
          <li key={piece.start.toString()} className={piece.changed ? 'changed' : ''}>
            <span className="mono">{formatAddress(piece.start)}</span> <b className="mono">{piece.perms}</b> <span className="f2">{formatCount((piece.end - piece.start) >> 12n)} {piece.end - piece.start === 4096n ? 'page' : 'pages'}</span> <span className="ellipsis f3" title={piece.label}>{piece.label}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Outcome({ outcome }: { readonly outcome: { readonly result: ProtectResult } | { readonly failure: ErrorFacts } }) {
  if ('failure' in outcome) {
    const { message, remedy, evidence } = outcome.failure;
    return (
      <div role="alert">
        <p className="bad">{message}{remedy === undefined ? '' : ` ${remedy}`}</p>
        {evidence === undefined ? null : <pre className="evidence selectable">{evidence}</pre>}
      </div>
    );
  }
  return outcome.result.asPreviewed ? <p className="ok" role="status">mprotect returned 0, and the map is as the preview said.</p> : <p className="warn" role="status">mprotect returned 0. The map differs from the preview: the list shows what the kernel made of it.</p>;
}
