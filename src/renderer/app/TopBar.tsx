import { ArrowDownToDot, ArrowUpFromDot, Bug, ChevronLeft, ChevronRight, FlaskConical, Pause, Play, RedoDot, Sun } from 'lucide-react';
import { useApp, useCursor, useLabs, useSession } from '../widgets/app-context.tsx';
import { CommandButton } from '../widgets/CommandButton.tsx';
import { Logo } from '../widgets/Logo.tsx';
import { AddressBar } from './AddressBar.tsx';
import { RunMenu } from './RunMenu.tsx';
import { TargetChip } from './TargetChip.tsx';
import { ThreadPicker } from './ThreadPicker.tsx';

export function TopBar() {
  const { commands } = useApp();
  const observing = useSession((view) => view.session?.phase === 'observing');
  return (
    <header className="top">
      <Logo />
      <TargetChip />
      {observing ? <CommandButton id="session.attach" busyAs="attach" className="btn bd" label="Attach gdb" showKeys={false} icon={<Bug className="ico s" />} /> : null}
      <div className="seg" role="group" aria-label="Run">
        <CommandButton id="run.continue" busyAs="resume" icon={<Play className="ico run-go" fill="currentColor" />} />
        <CommandButton id="run.pause" busyAs="interrupt" icon={<Pause className="ico" />} />
        <CommandButton id="run.over" busyAs="resume" icon={<RedoDot className="ico" />} />
        <CommandButton id="run.into" busyAs="resume" icon={<ArrowDownToDot className="ico" />} />
        <CommandButton id="run.out" busyAs="resume" icon={<ArrowUpFromDot className="ico" />} />
        <RunMenu />
      </div>
      <ThreadPicker />
      <History />
      <AddressBar />
      <span className="grow" />
      <LabsButton />
      <button type="button" className="btn icon" aria-label="Switch between dark and light" title="Switch between dark and light" onClick={() => commands.run('window.theme')}>
        <Sun className="ico" />
      </button>
    </header>
  );
}

function LabsButton() {
  const shown = useLabs((view) => view.shown);
  const { commands } = useApp();
  return (
    <button type="button" className={shown ? 'btn on' : 'btn'} aria-pressed={shown} title="Labs: small programs that prove each region (Alt 0)" onClick={() => commands.run('labs.show')}>
      <FlaskConical className="ico s" /><span className="labs-word">Labs</span>
    </button>
  );
}

function History() {
  // Both buttons render again when the cursor's history moves.
  useCursor((cursor) => `${cursor.index}/${cursor.history.length}`);
  return (
    <nav className="row" aria-label="History">
      <CommandButton id="nav.back" className="btn icon" showKeys={false} icon={<ChevronLeft className="ico" />} />
      <CommandButton id="nav.forward" className="btn icon" showKeys={false} icon={<ChevronRight className="ico" />} />
    </nav>
  );
}
