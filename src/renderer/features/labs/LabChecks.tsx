import { Ban, Check, ChevronRight, CircleDashed, Hourglass, LoaderCircle, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { LabCheck, LabCheckResult, LabFinding, LabLanguage, LabRun } from '../../../shared/model/lab.ts';
import { useLabs } from '../../widgets/app-context.tsx';
import { STATE_WORDS } from './lab-words.ts';
import { RichText } from './RichText.tsx';

interface Props {
  readonly checks: readonly LabCheck[];
  readonly run: LabRun | undefined;
  readonly language: LabLanguage;
}

/** What the lab claims, one by one, each with what was seen on the live process. */
export function LabChecks({ checks, run, language }: Props) {
  const results = useLabs((view) => (run === undefined ? undefined : view.results.get(run.sessionId)));
  const report = useLabs((view) => (run === undefined ? undefined : view.reports.get(run.sessionId)));
  const held = useLabs((view) => (view.name === undefined ? undefined : view.progress.get(view.name)?.held[language]));
  const verifying = useLabs((view) => view.verifying !== undefined);
  if (checks.length === 0) return null;
  return (
    <section aria-labelledby="lab-checks">
      <h3 id="lab-checks">Checked on the live process</h3>
      <ol className="lab-checks">
        {checks.map((check) => <CheckItem key={check.id} check={check} result={results?.get(check.id)} heldBefore={held?.includes(check.id) === true} waiting={verifying && run !== undefined} />)}
      </ol>
      {report === undefined || report.notes.length === 0 ? null : <ul className="lab-notes" aria-label="Notes on what was checked">{report.notes.map((note) => <li key={note}><RichText text={note} /></li>)}</ul>}
    </section>
  );
}

interface ItemProps {
  readonly check: LabCheck;
  readonly result: LabCheckResult | undefined;
  readonly heldBefore: boolean;
  readonly waiting: boolean;
}

function CheckItem({ check, result, heldBefore, waiting }: ItemProps) {
  const [open, setOpen] = useState<boolean>();
  const state = result?.state;
  // What does not hold is shown by itself: there is something to do about it.
  const shown = open ?? (state !== undefined && state !== 'holds');
  const words = state === undefined ? (waiting ? 'being checked' : heldBefore ? 'held when last verified' : 'not checked yet') : STATE_WORDS[state];
  return (
    <li className={`lab-check ${state ?? ''}`} data-check={check.id} data-state={state ?? (heldBefore ? 'held-before' : 'unknown')}>
      <button type="button" className="lab-check-head" aria-expanded={shown} onClick={() => setOpen(!shown)}>
        <StateIcon state={state} waiting={waiting} heldBefore={heldBefore} />
        <span className="grow"><RichText text={check.title} /></span>
        <span className={`lab-state ${state ?? ''}`}>{words}</span>
        <ChevronRight className="ico xs lab-chevron" aria-hidden="true" />
      </button>
      {!shown ? null : (
        <div className="lab-check-body">
          <p className="f2"><RichText text={check.why} /></p>
          {result?.remedy === undefined ? null : <p className="lab-remedy"><RichText text={result.remedy} /></p>}
          {result?.findings.map((finding) => <Finding key={finding.text} finding={finding} />)}
          {result === undefined ? <p className="f3">Nothing was looked at yet.</p> : null}
        </div>
      )}
    </li>
  );
}

function StateIcon({ state, waiting, heldBefore }: { readonly state: LabCheckResult['state'] | undefined; readonly waiting: boolean; readonly heldBefore: boolean }): ReactNode {
  switch (state) {
    case 'holds': return <Check className="ico s ok lab-icon" aria-hidden="true" />;
    case 'fails': return <X className="ico s bad lab-icon" aria-hidden="true" />;
    case 'not-yet': return <Hourglass className="ico s warn lab-icon" aria-hidden="true" />;
    case 'cannot': return <Ban className="ico s f2 lab-icon" aria-hidden="true" />;
    case undefined:
      if (waiting) return <LoaderCircle className="ico s f3 lab-icon" aria-hidden="true" />;
      return heldBefore ? <Check className="ico s f3 lab-icon lab-before" aria-hidden="true" /> : <CircleDashed className="ico s f3 lab-icon" aria-hidden="true" />;
  }
}

function Finding({ finding: { holds, text, evidence } }: { readonly finding: LabFinding }) {
  return (
    <div className="lab-finding">
      <p>
        {holds === undefined ? <span className="ico xs" /> : holds ? <Check className="ico xs ok" aria-label="so" /> : <X className="ico xs bad" aria-label="not so" />}
        <span className="selectable"><RichText text={text} /></span>
      </p>
      {evidence.map(({ from, text: seen }) => (
        <div key={`${from} ${seen}`} className="lab-evidence"><span className="f3">{from}</span><pre className="selectable">{seen}</pre></div>
      ))}
    </div>
  );
}
