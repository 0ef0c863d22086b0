import { ChevronDown } from 'lucide-react';
import type { SessionState } from '../../shared/model/session.ts';
import { useApp, useSession } from '../widgets/app-context.tsx';
import { Menu } from '../widgets/Menu.tsx';

/** Colour of the state dot; the words beside it say the same. */
export function phaseColour(phase: SessionState['phase']): string {
  switch (phase) {
    case 'stopped': return 'var(--warn)';
    case 'running': return 'var(--ok)';
    case 'observing': return 'var(--accent)';
    case 'exited': case 'detached': case 'lost': return 'var(--bad)';
    default: return 'var(--fg3)';
  }
}

export function phaseWords(session: SessionState): string {
  switch (session.phase) {
    case 'idle': return 'Nothing open';
    case 'opening': return 'Opening…';
    case 'observing': return 'Observing, not stopped';
    case 'running': return 'Running';
    case 'stopped': return session.stop?.words ?? 'Stopped';
    case 'exited': return capital(session.ending ?? 'exited');
    case 'detached': return capital(session.ending ?? 'detached');
    case 'lost': return capital(session.ending ?? 'lost');
  }
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Name, PID and state of the target; its menu holds what can be done with it as a whole. */
export function TargetChip() {
  const { commands } = useApp();
  const session = useSession((view) => view.session);
  const busy = useSession((view) => view.busy);
  if (session === undefined) return null;
  const words = busy.has('attach') ? 'Attaching gdb…' : phaseWords(session);
  const place = session.phase === 'stopped' ? session.stop?.frame?.source : undefined;
  const pid = session.target?.pid;
  return (
    <Menu
      label={`Target ${session.target?.name ?? ''}${pid === undefined ? '' : `, PID ${pid}`}: ${words}`}
      title={session.target?.command ?? ''}
      className="chip"
      button={
        <>
          <b className="target-name ellipsis">{session.target?.name ?? '…'}</b>
          {pid === undefined ? null : <span className="f2 mono small pid">PID {pid}</span>}
          <span className="rule" />
          <span className="dot" style={{ background: phaseColour(session.phase) }} />
          <span className="ellipsis chip-words" data-testid="phase" data-phase={session.phase}>{words}</span>
          {place === undefined ? null : <span className="f2 mono small source-place">{place.file.replace(/^.*\//, '')}:{place.line}</span>}
          <ChevronDown className="ico xs f3" />
        </>
      }
    >
      {(close) => (
        <>
          <div className="menu-head">
            <div className="mono selectable">{session.target?.command}</div>
            <div className="f3">
              {session.target === undefined ? '' : `user ${session.target.user}, `}
              {session.launched ? 'started from here: it ends when you close it' : 'it was running already: it runs on when you close it'}
            </div>
          </div>
          {['session.attach', 'session.detach', 'session.refresh', 'session.kill', 'session.close'].map((id) => {
            const command = commands.get(id);
            if (command === undefined) return null;
            const reason = command.disabledBecause();
            return (
              <button
                key={id} type="button" role="menuitem" aria-disabled={reason !== undefined} title={reason}
                onClick={() => {
                  if (commands.run(id)) close();
                }}
              >
                <span className="grow">{command.title}</span>
                {reason === undefined ? null : <span className="f3 small">{reason}</span>}
              </button>
            );
          })}
        </>
      )}
    </Menu>
  );
}
