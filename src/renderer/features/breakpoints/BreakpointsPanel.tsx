import './breakpoints.css';
import { useState } from 'react';
import { useSession } from '../../widgets/app-context.tsx';
import { AddBreakpoint } from './AddBreakpoint.tsx';
import { BreakpointRow } from './BreakpointRow.tsx';
import { ForkChoices } from './ForkChoices.tsx';
import { SignalTable } from './SignalTable.tsx';
import { ThreadList } from './ThreadList.tsx';

const TABS = [['breakpoints', 'Breakpoints'], ['threads', 'Threads'], ['signals', 'Signals'], ['forks', 'Follow']] as const;
type Tab = (typeof TABS)[number][0];

/** What the user chose stays when the view is hidden and made anew. */
const chosen: { tab: Tab } = { tab: 'breakpoints' };

/** What stops the program: breakpoints, watchpoints, catchpoints, signals; which threads and processes there are. */
export function BreakpointsPanel() {
  const [tab, setTab] = useState(chosen.tab);
  return (
    <section className="panel breakpoints-panel" aria-label="Breakpoints">
      <div className="tb">
        <div className="seg s" role="tablist" aria-label="What to show">
          {TABS.map(([id, words]) => (
            <button key={id} type="button" role="tab" aria-selected={tab === id} onClick={() => setTab(chosen.tab = id)}>{words}</button>
          ))}
        </div>
      </div>
      {tab === 'breakpoints' ? <Breakpoints /> : tab === 'threads' ? <ThreadList /> : tab === 'signals' ? <SignalTable /> : <ForkChoices />}
    </section>
  );
}

function Breakpoints() {
  const breakpoints = useSession((view) => view.breakpoints);
  const held = useSession((view) => view.session?.phase === 'running' || view.session?.phase === 'stopped');
  if (!held) return <div className="empty"><b>Breakpoints need gdb</b><span>Attach it in the top bar, or launch a program.</span></div>;
  return (
    <>
      <div className="body" data-autofocus tabIndex={-1}>
        {breakpoints.length === 0 ? <div className="empty"><b>No breakpoints yet</b><span>Click the gutter of the source, press F9 at the cursor, or name a place below.</span></div> : null}
        <ul className="breakpoint-list" aria-label="Breakpoints">
          {breakpoints.map((breakpoint) => <BreakpointRow key={breakpoint.number} breakpoint={breakpoint} />)}
        </ul>
      </div>
      <AddBreakpoint />
    </>
  );
}
