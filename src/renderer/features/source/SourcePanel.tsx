import './source.css';
import { useState } from 'react';
import { useSession } from '../../widgets/app-context.tsx';
import { DisassemblyRows } from './DisassemblyRows.tsx';
import { NoSourceView } from './NoSourceView.tsx';
import { RowMenu, type RowMenuRequest } from './RowMenu.tsx';
import { SourceLines } from './SourceLines.tsx';
import { useCode, type Follow, type ShownCode } from './use-code.ts';

const SHOWS = [['source', 'Source'], ['both', 'Both'], ['disassembly', 'Disassembly']] as const;
type Show = (typeof SHOWS)[number][0];

/** What the user chose stays when the view is hidden and made anew. */
const chosen: { show: Show; follow: Follow } = { show: 'both', follow: 'frame' };

/** The program's text where the selected frame, or the cursor, is. */
export function SourcePanel() {
  const phase = useSession((view) => view.session?.phase);
  const frame = useSession((view) => view.selectedFrame);
  const [show, setShow] = useState(chosen.show);
  const [follow, setFollow] = useState(chosen.follow);
  const [rules, setRules] = useState(0);
  const [menu, setMenu] = useState<RowMenuRequest>();
  const code = useCode(follow, { source: show !== 'disassembly', disassembly: show !== 'source' }, rules);
  const stale = follow === 'frame' && phase !== 'stopped';
  return (
    <section className={stale ? 'panel stale source-panel' : 'panel source-panel'} aria-label="Source">
      <div className="tb">
        <div className="seg s" role="group" aria-label="What to show">
          {SHOWS.map(([id, words]) => (
            <button key={id} type="button" aria-pressed={show === id} onClick={() => setShow(chosen.show = id)}>{words}</button>
          ))}
        </div>
        <div className="seg s" role="group" aria-label="Which place">
          <button type="button" aria-pressed={follow === 'frame'} onClick={() => setFollow(chosen.follow = 'frame')}>Frame {frame}</button>
          <button type="button" aria-pressed={follow === 'cursor'} onClick={() => setFollow(chosen.follow = 'cursor')}>Cursor</button>
        </div>
        <span className="mono medium">{code.source?.function ?? code.disassembly?.function ?? ''}</span>
        <span className="f3 mono ellipsis grow" title={code.source?.text?.path}>{code.source?.text?.path ?? ''}</span>
        {code.source?.text?.newerThanProgram === true ? <span className="warn small" title="The file was changed after the program was built: lines may not fit.">newer than the program</span> : null}
        {stale && code.place !== undefined ? <span className="warn small">of the last stop</span> : null}
      </div>
      <Panes code={code} show={show} follow={follow} phase={phase} onMenu={setMenu} onRules={() => setRules(rules + 1)} />
      {menu === undefined ? null : <RowMenu request={menu} close={() => setMenu(undefined)} />}
    </section>
  );
}

interface PanesProps {
  readonly code: ShownCode;
  readonly show: Show;
  readonly follow: Follow;
  readonly phase: string | undefined;
  readonly onMenu: (request: RowMenuRequest) => void;
  readonly onRules: () => void;
}

function Panes({ code, show, follow, phase, onMenu, onRules }: PanesProps) {
  const { source, disassembly, problem } = code;
  if (problem !== undefined) return <div className="empty"><b>{problem.message}</b>{problem.remedy === undefined ? null : <span>{problem.remedy}</span>}</div>;
  if (code.place === undefined) {
    return (
      <div className="empty">
        <b>{phase === 'stopped' ? 'Reading the code…' : 'Code is shown while gdb holds the program'}</b>
        {phase === 'running' ? <span>Pause it with F6, or follow the cursor.</span> : phase === 'observing' ? <span>Attach gdb in the top bar.</span> : null}
      </div>
    );
  }
  const isCurrent = follow === 'frame';
  return (
    <div className="panes">
      {show === 'disassembly' ? null : (
        <div className="pane">
          {source?.text === undefined || source.line === undefined ? null : <SourceLines key={source.text.path} text={source.text} line={source.line} isCurrent={isCurrent} onMenu={onMenu} />}
          {source?.none === undefined ? null : <NoSourceView key={source.none.path} none={source.none} onRules={onRules} />}
        </div>
      )}
      {show === 'source' ? null : <div className="pane">{disassembly === undefined ? null : <DisassemblyRows disassembly={disassembly} onMenu={onMenu} />}</div>}
    </div>
  );
}
