import { Check, ChevronDown } from 'lucide-react';
import { useApp, useSession } from '../widgets/app-context.tsx';
import { Menu } from '../widgets/Menu.tsx';

/** Which thread registers and frames belong to. */
export function ThreadPicker() {
  const { controller } = useApp();
  const threads = useSession((view) => view.threads);
  const selected = useSession((view) => view.selectedThread);
  const stopped = useSession((view) => view.session?.phase === 'stopped');
  const thread = threads.find((one) => one.id === selected);
  if (thread === undefined) return null;
  return (
    <Menu
      label={`Thread ${thread.id}, ${thread.name}, of ${threads.length}`}
      className="btn bd"
      disabled={!stopped}
      button={
        <>
          <span className="f3">Thread</span>
          <span className="medium">{thread.id}</span>
          <span className="mono small">{thread.name}</span>
          <span className="f3">of {threads.length}</span>
          <ChevronDown className="ico xs" />
        </>
      }
    >
      {(close) => threads.map((one) => (
        <button
          key={one.id} type="button" role="menuitemradio" aria-checked={one.id === selected}
          onClick={() => {
            void controller.selectThread(one.id);
            close();
          }}
        >
          <Check className="ico s" style={{ visibility: one.id === selected ? 'visible' : 'hidden' }} />
          <span className="medium">{one.id}</span>
          <span className="mono small">{one.name}</span>
          <span className="f3 small">TID {one.tid}</span>
          <span className="grow" />
          <span className="f2 mono small">{one.frame?.function ?? ''}</span>
        </button>
      ))}
    </Menu>
  );
}
