import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { BreakpointInfo } from '../../../shared/model/debug.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { kindWords, placeWords, subjectWords } from './breakpoint-words.ts';

/** One breakpoint: on or off, what it stops at, how often it did; its condition and ignore count on asking. */
export function BreakpointRow({ breakpoint }: { readonly breakpoint: BreakpointInfo }) {
  const { controller, cursor } = useApp();
  const [editing, setEditing] = useState(false);
  const { number, enabled, condition, ignoreCount, hits, temporary, threadId } = breakpoint;
  const address = breakpoint.locations[0]?.address ?? breakpoint.watched?.start;
  const notes = [temporary ? 'once' : '', threadId === undefined ? '' : `thread ${threadId}`, ignoreCount === 0 ? '' : `ignores ${ignoreCount}`].filter((note) => note !== '').join(', ');
  return (
    <li className={enabled ? 'breakpoint' : 'breakpoint off'} data-breakpoint={number}>
      <div className="row">
        <input type="checkbox" checked={enabled} aria-label={`Breakpoint ${number} is on`} onChange={() => void controller.enableBreakpoint(number, !enabled)} />
        <span className="mono f3 number">{number}</span>
        <span className={`kind ${breakpoint.kind.startsWith('watch') ? 'watch' : breakpoint.kind}`}>{kindWords(breakpoint.kind)}</span>
        {address === undefined ? <span className="mono ellipsis grow">{subjectWords(breakpoint)}</span> : (
          <button type="button" className="mono lk ellipsis grow" title={`Go to ${breakpoint.original}`} onClick={() => cursor.goTo(address, 'breakpoints')}>{subjectWords(breakpoint)}</button>
        )}
        <span className="hits f2" title="How often it was hit">{hits === 0 ? '' : `${hits}×`}</span>
        <button type="button" className="btn icon s" aria-label={`Edit breakpoint ${number}`} title="Condition and ignore count" aria-expanded={editing} onClick={() => setEditing(!editing)}><Pencil className="ico xs" /></button>
        <button type="button" className="btn icon s" aria-label={`Delete breakpoint ${number}`} title="Delete" onClick={() => void controller.removeBreakpoint(number)}><Trash2 className="ico xs" /></button>
      </div>
      <div className="detail f3 ellipsis">{[placeWords(breakpoint), notes].filter((text) => text !== '').join(' · ')}</div>
      {condition === undefined || editing ? null : <div className="detail ellipsis"><span className="f3">if </span><code>{condition}</code></div>}
      {editing ? <Editor breakpoint={breakpoint} close={() => setEditing(false)} /> : null}
    </li>
  );
}

function Editor({ breakpoint, close }: { readonly breakpoint: BreakpointInfo; readonly close: () => void }) {
  const { controller } = useApp();
  const [condition, setCondition] = useState(breakpoint.condition ?? '');
  const [ignore, setIgnore] = useState(String(breakpoint.ignoreCount));
  const count = Number(ignore);
  const valid = /^\d{1,9}$/.test(ignore);
  return (
    <form
      className="breakpoint-editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (!valid) return;
        const change = { ...(condition === (breakpoint.condition ?? '') ? {} : { condition }), ...(count === breakpoint.ignoreCount ? {} : { ignoreCount: count }) };
        void controller.run.editBreakpoint(breakpoint.number, change).then((done) => {
          if (done) close();
        });
      }}
    >
      <label>Only if<input className="field s mono" value={condition} placeholder="always" spellCheck={false} autoFocus onChange={(event) => setCondition(event.target.value)} /></label>
      <label>Ignore<input className="field s mono count" value={ignore} inputMode="numeric" aria-invalid={!valid} onChange={(event) => setIgnore(event.target.value)} /> times</label>
      <button type="submit" className="btn bd s" disabled={!valid}>Apply</button>
      <button type="button" className="btn s" onClick={close}>Cancel</button>
    </form>
  );
}
