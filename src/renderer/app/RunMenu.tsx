import { ChevronDown } from 'lucide-react';
import { useApp, useCursor, useSession } from '../widgets/app-context.tsx';
import { Keys } from '../widgets/Keys.tsx';
import { Menu } from '../widgets/Menu.tsx';

/** The rarer ways to run, in groups. */
const GROUPS: readonly (readonly string[])[] = [
  ['run.until', 'run.to-cursor', 'run.next-instruction', 'run.step-instruction'],
  ['run.record', 'run.record-stop', 'run.reverse-continue', 'run.reverse-over', 'run.reverse-into', 'run.reverse-out', 'run.reverse-instruction'],
  ['run.restart'],
];

export function RunMenu() {
  return (
    <Menu label="More ways to run" title="More ways to run" className="run-more" button={<ChevronDown className="ico s" />}>
      {(close) => <Entries close={close} />}
    </Menu>
  );
}

function Entries({ close }: { readonly close: () => void }) {
  const { commands } = useApp();
  // What can run depends on these.
  useSession((view) => view.session);
  useSession((view) => view.runControl);
  useCursor((cursor) => cursor.address);
  return GROUPS.map((ids) => (
    <div key={ids[0]} role="group" className="menu-group">
      {ids.map((id) => {
        const command = commands.get(id);
        if (command === undefined) return null;
        const reason = command.disabledBecause();
        return (
          <button
            key={id} type="button" role="menuitem" aria-disabled={reason !== undefined} title={reason}
            onClick={() => {
              if (reason !== undefined) return;
              close();
              commands.run(id);
            }}
          >
            <span className="grow">{command.title}</span>
            {command.keys[0] === undefined ? null : <Keys chord={command.keys[0]} />}
          </button>
        );
      })}
    </div>
  ));
}
