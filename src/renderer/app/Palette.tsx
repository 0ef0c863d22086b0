import { Command as Cmdk } from 'cmdk';
import { useApp } from '../widgets/app-context.tsx';
import { Keys } from '../widgets/Keys.tsx';

/** All commands by name; those that can't run now say why. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const { commands } = useApp();
  const all = commands.all().filter((command) => command.id !== 'window.palette');
  const groups = [...new Set(all.map((command) => command.group))];
  return (
    <Cmdk.Dialog open onOpenChange={(open) => (open ? undefined : onClose())} label="All commands" overlayClassName="overlay" contentClassName="palette">
      <Cmdk.Input placeholder="Type a command" />
      <Cmdk.List>
        <Cmdk.Empty>No command has that name.</Cmdk.Empty>
        {groups.map((group) => (
          <Cmdk.Group key={group} heading={group}>
            {all.filter((command) => command.group === group).map((command) => {
              const reason = command.disabledBecause();
              return (
                <Cmdk.Item
                  key={command.id} value={`${command.title} ${command.id}`} disabled={reason !== undefined}
                  onSelect={() => {
                    onClose();
                    // After the dialog gave the focus back, so that a command may move it.
                    setTimeout(() => commands.run(command.id), 0);
                  }}
                >
                  <span>{command.title}</span>
                  {reason === undefined ? null : <span className="f3 small">{reason}</span>}
                  <span className="grow" />
                  {command.keys.map((chord) => <Keys key={chord} chord={chord} />)}
                </Cmdk.Item>
              );
            })}
          </Cmdk.Group>
        ))}
      </Cmdk.List>
    </Cmdk.Dialog>
  );
}
