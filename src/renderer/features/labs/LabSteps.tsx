import { ArrowRight, Play, Terminal } from 'lucide-react';
import { useState } from 'react';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import type { LabAction, LabRun, LabStep } from '../../../shared/model/lab.ts';
import type { AppState } from '../../state/app-state.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { RichText } from './RichText.tsx';

/** Things to do in the real views; a button beside each takes one there. */
export function LabSteps({ steps, run }: { readonly steps: readonly LabStep[]; readonly run: LabRun | undefined }) {
  return (
    <section aria-labelledby="lab-steps">
      <h3 id="lab-steps">Look {run === undefined ? <span className="f3">once the program runs</span> : null}</h3>
      <ol className="lab-steps">{steps.map((step, i) => <Step key={step.id} number={i + 1} step={step} run={run} />)}</ol>
    </section>
  );
}

function Step({ number, step, run }: { readonly number: number; readonly step: LabStep; readonly run: LabRun | undefined }) {
  const app = useApp();
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState<ErrorFacts>();
  const { action } = step;
  return (
    <li data-step={step.id}>
      <span className={done ? 'lab-number done' : 'lab-number'} aria-hidden="true">{number}</span>
      <div className="grow">
        <p className="selectable"><RichText text={step.text} /></p>
        {action === undefined ? null : (
          <button
            type="button" className="btn bd s" disabled={run === undefined} title={run === undefined ? 'Run the program first' : undefined}
            onClick={() => {
              setProblem(undefined);
              act(app, action).then(() => setDone(true), (error: unknown) => setProblem(errorFacts(error)));
            }}
          >
            {action.kind === 'go' ? <ArrowRight className="ico xs" aria-hidden="true" /> : action.kind === 'run' ? <Play className="ico xs" aria-hidden="true" /> : <Terminal className="ico xs" aria-hidden="true" />}
            <RichText text={action.label} />
          </button>
        )}
        {problem === undefined ? null : <p className="warn lab-step-problem" role="alert">{problem.message} <span className="f2">{problem.remedy}</span></p>}
      </div>
    </li>
  );
}

/** What a step's button does: in the views, to the program, or in a terminal. */
async function act(app: AppState, action: LabAction): Promise<void> {
  switch (action.kind) {
    case 'go':
      if (action.place !== undefined) await app.labs.goTo(action.place);
      app.commands.run(action.view === 'explain' ? 'fault.show' : `view.${action.view}`);
      return;
    case 'run':
      if (action.command === 'interrupt') await app.controller.interrupt();
      else if (action.command === 'restart') await app.controller.run.restart();
      else await app.controller.resume(action.command);
      return;
    case 'type': {
      const sessionId = app.session.getState().session?.sessionId;
      if (sessionId === undefined) return;
      app.commands.run(`view.${action.terminal === 'gdb' ? 'console' : 'program'}`);
      await app.clients.terminals.write({ sessionId, terminal: action.terminal, data: new TextEncoder().encode(`${action.text}\r`) });
    }
  }
}
