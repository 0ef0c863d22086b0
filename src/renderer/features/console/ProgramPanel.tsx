import { TerminalPanel } from './TerminalPanel.tsx';

/** The program's own terminal, when it was started from here. */
export function ProgramPanel() {
  return (
    <TerminalPanel
      terminal="program" label="Program output" ended="The program has ended; this is what it printed."
      absent={
        <>
          <b>No terminal of ours</b>
          <span>This process was started elsewhere and prints there. Programs launched from here print into this panel.</span>
        </>
      }
    />
  );
}
