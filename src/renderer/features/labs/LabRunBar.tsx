import { ListChecks, Play, RotateCcw, X } from 'lucide-react';
import { useState } from 'react';
import type { ErrorFacts } from '../../../shared/model/errors.ts';
import type { Lab, LabLanguage, LabRun } from '../../../shared/model/lab.ts';
import { isFinal } from '../../state/session-controller-live.ts';
import { useApp, useLabs, useSession } from '../../widgets/app-context.tsx';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { LANGUAGE_NAMES, toolProblem, toolWords } from './lab-words.ts';

interface Props {
  readonly lab: Lab;
  readonly language: LabLanguage;
  readonly run: LabRun | undefined;
  readonly checkCount: number;
}

/** At the foot of a lab, always in reach: language, run, verify, and how far it has come. */
export function LabRunBar({ lab, language, run, checkCount }: Props) {
  const { labs } = useApp();
  const toolchain = useLabs((view) => view.toolchain);
  const starting = useLabs((view) => view.starting);
  const verifying = useLabs((view) => view.verifying);
  const startProblem = useLabs((view) => view.startProblem);
  const verifyProblem = useLabs((view) => view.verifyProblem);
  const held = useLabs((view) => (run === undefined ? undefined : [...(view.results.get(run.sessionId)?.values() ?? [])].filter(({ state }) => state === 'holds').length));
  const missing = toolProblem(language, toolchain);
  const [asking, setAsking] = useState(false);
  const other = useOtherSession();
  const isOwn = lab.languages.includes('own');
  const start = (): void => {
    setAsking(false);
    void labs.start();
  };
  const busy = starting !== undefined || verifying !== undefined;
  const all = held !== undefined && checkCount > 0 && held === checkCount;
  return (
    <footer className="lab-bar">
      {missing === undefined ? null : <Problem problem={missing} />}
      {startProblem === undefined ? null : <Problem problem={startProblem} />}
      {verifyProblem === undefined ? null : <Problem problem={verifyProblem} />}
      {!asking || other === undefined ? null : (
        <div className="lab-ask" role="alertdialog" aria-label="Another program is open">
          <p>{other}</p>
          <div className="row">
            <button type="button" className="btn primary s" autoFocus onClick={start}>Close it and run the lab</button>
            <button type="button" className="btn s" onClick={() => setAsking(false)}>Cancel</button>
          </div>
        </div>
      )}
      {busy ? (
        <div className="row lab-busy" role="status">
          <span className="grow ellipsis f2">{starting ?? verifying}</span>
          <button type="button" className="btn icon s" aria-label="Cancel" title="Cancel" onClick={() => (starting === undefined ? labs.cancelVerify() : labs.cancelStart())}><X className="ico s" /></button>
        </div>
      ) : null}
      <div className="row lab-buttons">
        {lab.languages.length < 2 ? null : (
          <div className="seg s" role="group" aria-label="Language">
            {lab.languages.map((one) => <button key={one} type="button" aria-pressed={one === language} disabled={busy} onClick={() => labs.setLanguage(one)}>{LANGUAGE_NAMES[one]}</button>)}
          </div>
        )}
        {isOwn ? null : (
          <button
            type="button" className={run === undefined ? 'btn primary s' : 'btn bd s'} disabled={busy || missing !== undefined} title={missing?.message ?? (toolWords(language, toolchain) || 'Compile and start it in a session')} data-testid="lab-run"
            onClick={() => (other === undefined ? start() : setAsking(true))}
          >
            {run === undefined ? <Play className="ico xs" fill="currentColor" aria-hidden="true" /> : <RotateCcw className="ico xs" aria-hidden="true" />}{run === undefined ? 'Run' : 'Run again'}
          </button>
        )}
        <button
          type="button" className={run === undefined ? 'btn bd s' : 'btn primary s'} disabled={busy || run === undefined} title={run === undefined ? 'Run the program first' : 'Check every claim on the live process; it may be run on or started anew for it'} data-testid="lab-verify"
          onClick={() => void labs.verify()}
        >
          <ListChecks className="ico xs" aria-hidden="true" />Verify
        </button>
        <span className="grow" />
        {held === undefined ? <span className="f3 small ellipsis">{isOwn ? '' : toolWords(language, toolchain)}</span> : (
          <span className={all ? 'ok medium' : 'f2'} role="status" data-testid="lab-score">{all ? 'all ' : ''}{held} of {checkCount} hold</span>
        )}
      </div>
    </footer>
  );
}

/** What would be closed, in words; undefined when nothing is, or only a lab. */
export function useOtherSession(): string | undefined {
  const session = useSession((view) => view.session);
  const isLab = useLabs((view) => session !== undefined && view.runs.has(session.sessionId));
  if (session === undefined || isLab || isFinal(session) || session.phase === 'idle') return undefined;
  const name = `${session.target?.name ?? 'A program'}${session.target === undefined ? '' : ` (PID ${session.target.pid})`}`;
  return session.launched ? `${name} is open. It was started from here: it ends when it is closed.` : `${name} is open. It runs on when it is closed here.`;
}

/** What went wrong, what to do, and the compiler's own words. */
export function Problem({ problem: { code, message, remedy, evidence } }: { readonly problem: ErrorFacts }) {
  return (
    <div className="lab-problem" role="alert" data-code={code}>
      <div className="row"><b className="bad grow">{message}</b>{evidence === undefined ? null : <CopyButton text={evidence} what="what was said" />}</div>
      {remedy === undefined ? null : <p className="f2 selectable">{remedy}</p>}
      {evidence === undefined || evidence === '' ? null : <pre className="evidence selectable">{evidence}</pre>}
    </div>
  );
}
