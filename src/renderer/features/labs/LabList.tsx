import { CircleCheckBig } from 'lucide-react';
import type { LabSummary } from '../../../shared/model/lab.ts';
import { useApp, useLabs } from '../../widgets/app-context.tsx';
import { heldOf, LANGUAGE_NAMES } from './lab-words.ts';

/** All labs in the order of learning, each with how far it has come. */
export function LabList() {
  const { labs } = useApp();
  const list = useLabs((view) => view.list);
  const progress = useLabs((view) => view.progress);
  const problem = useLabs((view) => view.problem);
  const name = useLabs((view) => view.name);
  if (list === undefined) {
    return problem === undefined ? <div className="skeleton" role="status" aria-label="Reading the labs">{Array.from({ length: 13 }, (_, i) => <i key={i} />)}</div> : (
      <div className="empty" role="alert"><b className="bad">{problem.message}</b><span>{problem.remedy}</span><button type="button" className="btn bd s" onClick={() => labs.show(true)}>Try again</button></div>
    );
  }
  const done = list.filter((one) => heldOf(one, progress.get(one.name)).isDone).length;
  return (
    <nav className="lab-list body" aria-label="Labs">
      <p className="f2 lab-list-head">{done === 0 ? 'Small programs that show each claim about memory on a live process.' : `${done} of ${list.length} done.`}</p>
      <ol>
        {list.map((one) => <Entry key={one.name} lab={one} isOpen={one.name === name} {...heldOf(one, progress.get(one.name))} onOpen={() => labs.choose(one.name)} />)}
      </ol>
    </nav>
  );
}

interface EntryProps {
  readonly lab: LabSummary;
  readonly isOpen: boolean;
  readonly held: number;
  readonly of: number;
  readonly isDone: boolean;
  readonly onOpen: () => void;
}

function Entry({ lab, isOpen, held, of, isDone, onOpen }: EntryProps) {
  const words = isDone ? 'done' : held === 0 ? 'not begun' : `${held} of ${of} checks hold`;
  return (
    <li>
      <button type="button" className={isOpen ? 'lab-entry on' : 'lab-entry'} aria-current={isOpen ? 'page' : undefined} data-lab={lab.name} onClick={onOpen}>
        <span className={isDone ? 'lab-number done' : 'lab-number'} aria-hidden="true">{isDone ? <CircleCheckBig className="ico s ok" /> : lab.number}</span>
        <span className="grow">
          <span className="row lab-entry-head">
            <b>{lab.title}</b>
            <span className="grow" />
            {lab.languages.includes('own') ? null : lab.languages.map((language) => <i key={language} className="lab-language">{LANGUAGE_NAMES[language]}</i>)}
          </span>
          <span className="f2 lab-summary">{lab.summary}</span>
          {held === 0 ? null : <span className="lab-meter" role="img" aria-label={words} title={words}><i style={{ width: `${of === 0 ? 0 : (held / of) * 100}%` }} /></span>}
        </span>
        <span className="sr-only">{words}</span>
      </button>
    </li>
  );
}
