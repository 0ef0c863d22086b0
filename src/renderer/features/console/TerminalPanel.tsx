import './console.css';
import { useState, type ReactNode } from 'react';
import { errorFacts } from '../../../shared/model/errors.ts';
import type { TerminalName } from '../../../shared/rpc/contracts/terminals.ts';
import { useSession } from '../../widgets/app-context.tsx';
import { TerminalView } from './TerminalView.tsx';

interface Props {
  readonly terminal: TerminalName;
  readonly label: string;
  /** Shown while the session has no such terminal. */
  readonly absent: ReactNode;
  readonly ended: string;
}

/** A terminal of the session, or why there is none. Once open it stays, with all it has said, also after its end. */
export function TerminalPanel({ terminal, label, absent, ended }: Props) {
  const sessionId = useSession((view) => view.session?.sessionId);
  const present = useSession((view) => view.session?.capabilities.includes(terminal === 'gdb' ? 'console' : 'program-terminal') ?? false);
  /** A gdb attached anew is another terminal. */
  const [shown, setShown] = useState(false);
  const [state, setState] = useState<{ readonly ptyName: string; readonly over: boolean }>({ ptyName: '', over: false });
  const [trouble, setTrouble] = useState<string>();
  if (present && !shown) setShown(true);
  // The same panel, but gdb went and came back: begin with an empty screen.
  const [round, setRound] = useState(0);
  const [wasPresent, setWasPresent] = useState(present);
  if (present !== wasPresent) {
    setWasPresent(present);
    if (present && shown) {
      setRound(round + 1);
      setState({ ptyName: '', over: false });
      setTrouble(undefined);
    }
  }
  if (sessionId === undefined) return null;
  return (
    <section className="panel" aria-label={label}>
      {shown ? (
        <TerminalView
          key={`${sessionId} ${round}`} sessionId={sessionId} terminal={terminal} label={label}
          onOpened={(ptyName, over) => setState({ ptyName, over })}
          onEnded={() => setState((now) => ({ ...now, over: true }))}
          onError={(error) => setTrouble(errorFacts(error).message)}
        />
      ) : (
        <div className="empty">{absent}</div>
      )}
      {shown && (state.over || trouble !== undefined) ? (
        <div className="terminal-note" role="status">{state.over ? ended : trouble}</div>
      ) : null}
    </section>
  );
}
