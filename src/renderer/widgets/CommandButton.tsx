import type { ReactNode } from 'react';
import { useApp, useCommand, useSession } from './app-context.tsx';
import { Keys } from './Keys.tsx';

interface Props {
  readonly id: string;
  readonly icon?: ReactNode;
  /** Shown text; the command's title otherwise only names the button. */
  readonly label?: string;
  readonly className?: string;
  readonly showKeys?: boolean;
  /** Name in `busy` while the command is under way. */
  readonly busyAs?: string;
}

/** A button that runs a command, shows its key and says why it can't run. It stays focusable when disabled, so that the reason can be read. */
export function CommandButton({ id, icon, label, className, showKeys = true, busyAs }: Props) {
  const { commands } = useApp();
  const command = useCommand(id);
  const busy = useSession((view) => busyAs !== undefined && view.busy.has(busyAs));
  // The reason depends on the session; selecting it renders this button when it changes.
  const reason = useSession(() => command?.disabledBecause());
  if (command === undefined) return null;
  const disabled = reason !== undefined || busy;
  return (
    <button
      type="button"
      className={className}
      aria-label={command.title}
      aria-disabled={disabled}
      title={reason === undefined ? command.title : `${command.title}: ${reason}`}
      data-command={id}
      onClick={() => {
        if (!disabled) commands.run(id);
      }}
    >
      {icon}
      {label === undefined ? null : <span>{label}</span>}
      {showKeys && command.keys[0] !== undefined ? <Keys chord={command.keys[0]} /> : null}
    </button>
  );
}
