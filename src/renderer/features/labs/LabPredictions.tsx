import { Check, X } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import type { Lab, LabPrediction } from '../../../shared/model/lab.ts';
import { useApp, useLabs } from '../../widgets/app-context.tsx';
import { RichText } from './RichText.tsx';

/** Questions to answer before looking. The answer stays hidden until one is chosen. */
export function LabPredictions({ lab }: { readonly lab: Lab }) {
  const chosen = useLabs((view) => view.progress.get(lab.name)?.predictions);
  const answered = lab.predictions.filter(({ id }) => chosen?.[id] !== undefined).length;
  return (
    <section aria-labelledby="lab-predictions">
      <h3 id="lab-predictions">Before you look <span className="f3">what do you think? {answered} of {lab.predictions.length} answered</span></h3>
      {lab.predictions.map((prediction) => <Prediction key={prediction.id} prediction={prediction} chosen={chosen?.[prediction.id]} />)}
    </section>
  );
}

/** Arrows walk the options, as in any group of radio buttons; Space and Enter choose. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const options = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=radio]')];
  const at = options.findIndex((option) => option === document.activeElement);
  if (by === undefined || at < 0) return;
  event.preventDefault();
  options[(at + by + options.length) % options.length]?.focus();
}

function Prediction({ prediction: { id, question, options, answer, explanation }, chosen }: { readonly prediction: LabPrediction; readonly chosen: number | undefined }) {
  const { labs } = useApp();
  const open = chosen === undefined;
  return (
    <fieldset className="lab-prediction" data-prediction={id} data-answered={!open}>
      <legend><RichText text={question} /></legend>
      <div role="radiogroup" aria-label={question} onKeyDown={walk}>
        {options.map((option, i) => {
          const isChosen = chosen === i;
          const isRight = !open && i === answer;
          return (
            <button
              key={option} type="button" role="radio" aria-checked={isChosen} aria-disabled={!open} className={`lab-option ${isChosen ? 'chosen' : ''} ${isRight ? 'right' : ''}`}
              onClick={() => {
                if (open) labs.predict(id, i);
              }}
            >
              <span className="lab-tick" aria-hidden="true">{isRight ? <Check className="ico s ok" /> : isChosen ? <X className="ico s bad" /> : null}</span>
              <span><RichText text={option} />{isChosen ? <span className="sr-only">, {isRight ? 'right' : 'wrong'}</span> : isRight ? <span className="sr-only">, the right answer</span> : null}</span>
            </button>
          );
        })}
      </div>
      {open ? null : <p className="lab-explanation" role="status"><b className={chosen === answer ? 'ok' : 'warn'}>{chosen === answer ? 'Right.' : 'Not so.'}</b> <RichText text={explanation} /></p>}
    </fieldset>
  );
}
