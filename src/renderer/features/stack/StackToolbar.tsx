import { useSession } from '../../widgets/app-context.tsx';
import { useStackContext, useStackData, useStackUi } from './use-stack.ts';

export function StackToolbar() {
  const { ui } = useStackContext();
  const { picture, stacks, raw } = useStackData();
  const { rows, shown } = useStackUi();
  const stopCount = useSession((view) => view.session?.stopCount);
  const compared = picture !== undefined && [...picture.frames.values()].some(({ before }) => before !== undefined);
  const scope = shown === 'all' ? stacks.length === 1 ? 'one stack' : `${stacks.length} stacks, each to the scale of its own use` : picture !== undefined ? '8 bytes per row, low byte left, drawn to scale' : raw === undefined ? '' : 'words from rsp upwards; nobody unwound them';
  return (
    <div className="ph stk-bar">
      <h2>{shown === 'all' ? 'All threads' : picture === undefined && raw !== undefined ? 'Raw stack' : 'Frames'}</h2>
      <span className="f2 ellipsis">{scope}</span>
      <span className="grow" />
      {compared && stopCount !== undefined ? <span className="f2 ellipsis"><span className="chg b">orange</span>: changed since the stop before</span> : null}
      <div className="seg s" role="group" aria-label="Stacks">
        <button type="button" aria-pressed={shown === 'one'} onClick={() => ui.update({ shown: 'one' })}>One thread</button>
        <button type="button" aria-pressed={shown === 'all'} title="The stacks of all threads side by side" onClick={() => ui.update({ shown: 'all' })}>All threads</button>
      </div>
      <div className="seg s" role="group" aria-label="Rows">
        <button type="button" aria-pressed={rows === 'slots'} onClick={() => ui.update({ rows: 'slots' })}>Slots</button>
        <button type="button" aria-pressed={rows === 'words'} title="Every row as one number" onClick={() => ui.update({ rows: 'words' })}>Words</button>
      </div>
    </div>
  );
}
