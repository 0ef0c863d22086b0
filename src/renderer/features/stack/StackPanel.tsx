import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { StackProblem } from '../../../shared/model/stack.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { FaultNote } from './FaultMarks.tsx';
import { FrameCardColumn } from './FrameCardColumn.tsx';
import { FrameList } from './FrameList.tsx';
import { useFrameModel } from './frame-model.ts';
import { RawStack } from './RawStack.tsx';
import { StackColumn } from './StackColumn.tsx';
import { StackToolbar } from './StackToolbar.tsx';
import { ThreadStacks } from './ThreadStacks.tsx';
import { MOVED_BY, StackContext, useFrameWalk, useIsStale, useSharedChoice, useStackContext, useStackData, useStackOwner, useStackUi } from './use-stack.ts';
import './stack.css';
import './stack-card.css';

/** Narrower, and the columns beside the frames hide. */
const PAGES_FROM_PX = 900;
const CARD_FROM_PX = 1100;

/** Threads' stacks: pages to scale, frames with every byte labelled, and all about the frame and the slot at the cursor. */
export function StackPanel() {
  const owner = useStackOwner();
  return (
    <section className="stack" aria-label="Stack">
      <StackContext value={owner}><Columns /></StackContext>
    </section>
  );
}

function Columns() {
  const box = useRef<HTMLDivElement>(null);
  const [widthPx, setWidthPx] = useState(0);
  const { tid } = useStackUi();
  const context = useStackContext();
  const { data } = context;
  useEffect(() => data.setTid(tid), [data, tid]);
  useFrameWalk(context);
  useSharedChoice(context);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    setWidthPx(element.clientWidth);
    const observer = new ResizeObserver(() => setWidthPx(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} className="stk-columns">
      {widthPx >= PAGES_FROM_PX ? <StackColumn /> : null}
      <section className="panel stk-centre" aria-label="Frames">
        <StackToolbar />
        <Centre />
      </section>
      {widthPx >= CARD_FROM_PX ? <FrameCardColumn /> : null}
    </div>
  );
}

function Centre() {
  const data = useStackData();
  const { shown } = useStackUi();
  const model = useFrameModel();
  const stale = useIsStale();
  const phase = useSession((view) => view.session?.phase);
  const notes = (
    <>
      <FaultNote />
      {data.failure === undefined ? null : <div className="stk-note bad" role="alert">{data.failure.message} {data.failure.remedy ?? ''}</div>}
      {stale && (model !== undefined || data.raw !== undefined) ? <div className="stk-note warn" role="status">{phase === 'running' ? 'The program runs: these are the frames of the last stop. Pause it with F6.' : 'The process is gone: this is its last picture.'}</div> : null}
    </>
  );
  if (shown === 'all' && data.stacks.length > 0) return <>{notes}<ThreadStacks /></>;
  if (model !== undefined) return <>{notes}<Problems />{model.blocks.length === 0 ? <div className="empty"><b>No frames</b></div> : <FrameList model={model} />}</>;
  if (data.raw !== undefined || data.rawFailure !== undefined) return <>{notes}<RawStack /></>;
  if (data.failure !== undefined) return <div className="empty" role="alert"><b className="bad">{data.failure.message}</b><span>{data.failure.remedy}</span></div>;
  return (
    <div className="empty" data-autofocus tabIndex={-1}>
      {data.loading || phase === 'stopped' ? 'Reading threads and frames…' : phase === 'running' ? <><b>The program runs</b><span>Frames are known while it is stopped. Pause it with F6.</span></> : <><b>No process is open</b><span>Its stacks will be drawn here.</span></>}
    </div>
  );
}

/** What cannot be right, of all frames that are known. */
function Problems() {
  const { picture } = useStackData();
  const { cursor } = useApp();
  const found: StackProblem[] = picture === undefined ? [] : [...picture.frames.values()].flatMap(({ problems }) => problems);
  if (found.length === 0) return null;
  return (
    <div className="stk-problems" role="alert">
      {found.slice(0, 6).map((problem) => {
        const { address } = problem;
        return (
          <div key={problem.words} data-problem={problem.kind} title={problem.evidence.map(({ text }) => text).join('\n')}>
            <b className="bad">!</b> {problem.words}
            {address === undefined ? null : <button type="button" className="lk" onClick={() => cursor.goTo(address, `${MOVED_BY}-problem`)}>show it</button>}
          </div>
        );
      })}
      {found.length > 6 ? <div className="f3">and {found.length - 6} more</div> : null}
    </div>
  );
}
