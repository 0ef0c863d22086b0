import { useMemo } from 'react';
import { useApp, useLabs, useSession } from '../../widgets/app-context.tsx';
import { LabChecks } from './LabChecks.tsx';
import { LabPredictions } from './LabPredictions.tsx';
import { LabProgramView } from './LabProgramView.tsx';
import { LabRunBar } from './LabRunBar.tsx';
import { LabSteps } from './LabSteps.tsx';
import { checksOf, stepsOf } from './lab-words.ts';
import { OwnForm } from './OwnForm.tsx';
import { Block, RichText } from './RichText.tsx';

/** One lab, in the order it is done: read, guess, run, look, have it checked. */
export function LabPage() {
  const lab = useLabs((view) => view.lab);
  const problem = useLabs((view) => view.problem);
  const language = useLabs((view) => view.language);
  const sessionId = useSession((view) => view.session?.sessionId);
  const runOfSession = useLabs((view) => (sessionId === undefined ? undefined : view.runs.get(sessionId)));
  const run = runOfSession?.lab === lab?.name && runOfSession?.language === language ? runOfSession : undefined;
  const checks = useMemo(() => (lab === undefined ? [] : checksOf(lab, language, run)), [lab, language, run]);
  if (lab === undefined) {
    return <div className="labs-page"><div className="empty" role={problem === undefined ? 'status' : 'alert'}>{problem === undefined ? 'Reading the lab…' : <><b className="bad">{problem.message}</b><span>{problem.remedy}</span></>}</div></div>;
  }
  const steps = stepsOf(lab, language);
  const isOwn = lab.languages.includes('own');
  return (
    <div className="labs-page">
      <div className="body labs-text" data-autofocus tabIndex={-1}>
        <section aria-label="Introduction">{lab.intro.map((block, i) => <Block key={i} block={block} />)}</section>
        {lab.predictions.length === 0 ? null : <LabPredictions lab={lab} />}
        {isOwn ? <OwnForm /> : <LabProgramView lab={lab} language={language} />}
        {run === undefined || run.notes.length === 0 ? null : <ul className="lab-notes" aria-label="Notes on this program">{run.notes.map((note) => <li key={note}><RichText text={note} /></li>)}</ul>}
        {steps.length === 0 ? null : <LabSteps steps={steps} run={run} />}
        <LabChecks checks={checks} run={run} language={language} />
        <Sources />
      </div>
      <LabRunBar lab={lab} language={language} run={run} checkCount={checks.length} />
    </div>
  );
}

function Sources() {
  const { labs } = useApp();
  const lab = useLabs((view) => view.lab);
  const remembered = useLabs((view) => view.name !== undefined && view.progress.has(view.name));
  if (lab === undefined) return null;
  return (
    <section className="lab-sources" aria-labelledby="lab-sources">
      <h3 id="lab-sources">Sources</h3>
      <ul>
        {lab.sources.map(({ name, says, url }) => (
          <li key={`${name} ${says}`}>
            {url === undefined ? <b>{name}</b> : <a href={url} target="_blank" rel="noreferrer">{name}</a>} <span className="f2"><RichText text={says} /></span>
          </li>
        ))}
      </ul>
      {remembered ? <button type="button" className="btn s" onClick={() => labs.forget()}>Forget my answers and results of this lab</button> : null}
    </section>
  );
}
