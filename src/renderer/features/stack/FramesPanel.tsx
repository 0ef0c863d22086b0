import './frames.css';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatSize } from '../../../shared/address/size.ts';
import type { FrameExtent, ThreadInfo } from '../../../shared/model/debug.ts';
import { Addr } from '../../widgets/Addr.tsx';
import { useApp, useSession } from '../../widgets/app-context.tsx';

/** Threads and the selected one's frames, innermost first. */
export function FramesPanel() {
  const { controller } = useApp();
  const phase = useSession((view) => view.session?.phase);
  const threads = useSession((view) => view.threads);
  const selectedThread = useSession((view) => view.selectedThread);
  const frames = useSession((view) => view.frames);
  const more = useSession((view) => view.moreFrames);
  const selectedFrame = useSession((view) => view.selectedFrame);

  if (threads.length === 0) {
    return (
      <section className="panel" aria-label="Stack">
        <div className="empty">
          <b>{phase === 'stopped' ? 'Reading threads and frames…' : 'Frames are known while the target is stopped under gdb'}</b>
          {phase === 'running' ? <span>Pause it with F6.</span> : null}
        </div>
      </section>
    );
  }
  const stale = phase !== 'stopped';
  return (
    <section className={stale ? 'panel stale' : 'panel'} aria-label="Stack">
      <div className="tb frames-bar" role="radiogroup" aria-label="Threads">
        {threads.map((thread) => (
          <ThreadButton key={thread.id} thread={thread} on={thread.id === selectedThread} disabled={stale} onPick={() => void controller.selectThread(thread.id)} />
        ))}
        {stale ? <span className="warn small">of the last stop</span> : null}
      </div>
      <div className="body" data-autofocus tabIndex={-1}>
        <table className="frames" aria-label="Frames, innermost first">
          <thead>
            <tr><th scope="col">#</th><th scope="col">Function</th><th scope="col">Source</th><th scope="col">pc</th><th scope="col">sp</th><th scope="col">CFA</th><th scope="col">Size</th></tr>
          </thead>
          <tbody>
            {frames.map((frame) => (
              <FrameRow key={frame.level} frame={frame} selected={frame.level === selectedFrame} onPick={() => void controller.selectFrame(frame.level)} />
            ))}
          </tbody>
        </table>
        {more ? <p className="frames-more f3">More frames further out; these are the innermost {frames.length}.</p> : null}
      </div>
    </section>
  );
}

function ThreadButton({ thread, on, disabled, onPick }: { readonly thread: ThreadInfo; readonly on: boolean; readonly disabled: boolean; readonly onPick: () => void }) {
  return (
    <button type="button" role="radio" aria-checked={on} className={on ? 'btn s on' : 'btn s'} disabled={disabled} onClick={onPick} title={`TID ${thread.tid}, ${thread.state}`}>
      <span className="medium">{thread.id}</span><span className="mono small">{thread.name}</span>
    </button>
  );
}

function FrameRow({ frame, selected, onPick }: { readonly frame: FrameExtent; readonly selected: boolean; readonly onPick: () => void }) {
  const place = frame.source;
  const module = frame.modulePath?.replace(/^.*\//, '');
  return (
    <tr className={selected ? 'on' : ''} aria-selected={selected} onClick={onPick} data-level={frame.level}>
      <td className="mono f3">{frame.level}</td>
      <td>
        <button type="button" className="mono frame-name ellipsis" aria-current={selected ? 'true' : undefined} title={frame.function ?? formatAddress(frame.pc)}>
          {frame.function ?? <span className="f3">no name</span>}
        </button>
      </td>
      <td className="mono f2" title={place?.fullName ?? frame.modulePath}>{place === undefined ? module ?? '' : `${place.file.replace(/^.*\//, '')}:${place.line}`}</td>
      <td><Addr address={frame.pc} movedBy="stack" /></td>
      <td><Addr address={frame.sp} movedBy="stack" /></td>
      <td>{frame.cfa === undefined ? <span className="f3">none, outermost</span> : <Addr address={frame.cfa} movedBy="stack" />}</td>
      <td className="mono f2">{frame.cfa === undefined || frame.cfa < frame.sp ? '' : formatSize(frame.cfa - frame.sp)}</td>
    </tr>
  );
}
