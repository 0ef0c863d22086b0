import { useEffect, useMemo, useState } from 'react';
import type { Command } from '../state/command-registry.ts';
import { PatternDefs } from '../theme/PatternDefs.tsx';
import { FaultCard } from '../features/fault/FaultCard.tsx';
import { LabsPanel } from '../features/labs/LabsPanel.tsx';
import { StartScreen } from '../features/start/StartScreen.tsx';
import { useApp, useLabs, useSession } from '../widgets/app-context.tsx';
import { useRegisterCommands } from '../widgets/use-register-commands.ts';
import { sessionCommands } from './commands.ts';
import { runCommands } from './run-commands.ts';
import { KeysSheet } from './KeysSheet.tsx';
import { LabsColumn } from './LabsColumn.tsx';
import { NoticeStack } from './NoticeStack.tsx';
import { Palette } from './Palette.tsx';
import { StatusBar } from './StatusBar.tsx';
import { TopBar } from './TopBar.tsx';
import { useKeyboard } from './use-keyboard.ts';
import { Workbench } from './Workbench.tsx';

/** The window of one connection: the start screen, or the workbench on the open session. */
export function App() {
  const app = useApp();
  const [sheet, setSheet] = useState<'palette' | 'keys'>();
  const phase = useSession((view) => view.session?.phase);
  const sessionId = useSession((view) => view.session?.sessionId);
  const name = useSession((view) => view.session?.target?.name);
  const lost = useSession((view) => view.connection === 'lost');
  const sessionsKnown = useSession((view) => view.sessionsKnown);
  const hasSession = phase !== undefined && phase !== 'idle' && phase !== 'opening';
  // A target that the host is opening for us comes in a moment: the start screen, which asks for all processes and for gdb's version, would only slow it.
  const [startShown, setStartShown] = useState(false);
  const labsShown = useLabs((view) => view.shown);
  const showStart = !hasSession && sessionsKnown && (phase !== 'opening' || startShown);
  if (showStart && !startShown) setStartShown(true);

  const own = useMemo<Command[]>(() => [
    { id: 'window.palette', title: 'All commands', group: 'Window', keys: ['Ctrl+K', 'Ctrl+Shift+P'], disabledBecause: () => undefined, run: () => setSheet('palette') },
    { id: 'window.keys', title: 'Show all keys', group: 'Window', keys: ['?'], disabledBecause: () => undefined, run: () => setSheet('keys') },
  ], []);
  useRegisterCommands(useMemo(() => [...sessionCommands(app), ...runCommands(app), ...own], [app, own]));
  useKeyboard(app.commands, sheet !== undefined || lost);
  useEffect(() => {
    document.title = name === undefined ? 'vmatlas' : `${name} – vmatlas`;
  }, [name]);

  return (
    <div className="window">
      <PatternDefs />
      {hasSession ? (
        <>
          <TopBar />
          <FaultCard />
          <div className="stage">
            {labsShown ? <LabsColumn /> : null}
            <Workbench key={sessionId} />
          </div>
          <StatusBar />
        </>
      ) : labsShown ? (
        <main className="labs-alone"><LabsPanel /></main>
      ) : showStart ? (
        <StartScreen />
      ) : (
        <div className="connecting" role="status">{phase === 'opening' ? 'Opening…' : 'Connecting…'}</div>
      )}
      <NoticeStack />
      {sheet === 'palette' ? <Palette onClose={() => setSheet(undefined)} /> : null}
      {sheet === 'keys' ? <KeysSheet onClose={() => setSheet(undefined)} /> : null}
    </div>
  );
}
