import { CommandButton } from '../../widgets/CommandButton.tsx';
import { TerminalPanel } from './TerminalPanel.tsx';

/** gdb's own prompt. */
export function ConsolePanel() {
  return (
    <TerminalPanel
      terminal="gdb" label="gdb console" ended="gdb has ended; this is what it said."
      absent={
        <>
          <b>gdb is not attached</b>
          <span>Looking needs no gdb. Attaching stops the process and gives you registers, frames, breakpoints and this console.</span>
          <CommandButton id="session.attach" className="btn bd s" label="Attach gdb" busyAs="attach" showKeys={false} />
        </>
      }
    />
  );
}
