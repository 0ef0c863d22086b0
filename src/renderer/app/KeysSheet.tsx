import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useApp } from '../widgets/app-context.tsx';
import { Keys } from '../widgets/Keys.tsx';

/** Every key by group, read from the commands themselves. */
export function KeysSheet({ onClose }: { readonly onClose: () => void }) {
  const { commands } = useApp();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const withKeys = commands.all().filter((command) => command.keys.length > 0);
  const groups = [...new Set(withKeys.map((command) => command.group))];
  return (
    <dialog ref={dialog} className="dialog keys" aria-labelledby="keys-title" onClose={onClose} onCancel={onClose}>
      <div className="row">
        <h2 id="keys-title" className="grow">Keys</h2>
        <button type="button" className="btn icon s" aria-label="Close" onClick={onClose}><X className="ico s" /></button>
      </div>
      <div className="keys-columns">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {withKeys.filter((command) => command.group === group).map((command) => (
                <div key={command.id} className="row">
                  <dt className="grow">{command.title}</dt>
                  <dd>{command.keys.map((chord) => <Keys key={chord} chord={chord} />)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
