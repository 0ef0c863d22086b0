import './labs.css';
import { ChevronLeft, FlaskConical, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useApp, useLabs, useSession } from '../../widgets/app-context.tsx';
import { LabList } from './LabList.tsx';
import { LabPage } from './LabPage.tsx';

/** The labs: in a wide panel list and page side by side, in a narrow one the one or the other. */
export function LabsPanel() {
  const { labs } = useApp();
  const name = useLabs((view) => view.name);
  const title = useLabs((view) => view.list?.find((one) => one.name === view.name)?.title ?? view.lab?.title);
  const number = useLabs((view) => view.list?.find((one) => one.name === view.name)?.number ?? view.lab?.number);
  const hasSession = useSession((view) => view.session !== undefined);
  const panel = useRef<HTMLElement>(null);
  // Keys go on from here, also when the labs move from the whole window to beside the views.
  useEffect(() => panel.current?.focus(), []);
  return (
    <section ref={panel} className="panel labs" aria-label="Labs" tabIndex={-1} data-testid="labs">
      <header className="ph labs-head">
        {name === undefined ? <FlaskConical className="ico s f2" aria-hidden="true" /> : (
          <button type="button" className="btn icon s labs-back" aria-label="All labs" title="All labs" onClick={() => labs.choose(undefined)}><ChevronLeft className="ico s" /></button>
        )}
        <h2 className="ellipsis">{name === undefined || title === undefined ? 'Labs' : <><span className="f3">Lab {number}</span> {title}</>}</h2>
        <span className="grow" />
        <button type="button" className="btn icon s" aria-label="Close the labs" title={hasSession ? 'Close the labs; the program stays open' : 'Back to the start screen'} onClick={() => labs.show(false)}><X className="ico s" /></button>
      </header>
      <div className={name === undefined ? 'labs-body listing' : 'labs-body'}>
        <LabList />
        {name === undefined ? <Nothing /> : <LabPage key={name} />}
      </div>
    </section>
  );
}

/** Beside the list, in a wide panel. */
function Nothing() {
  return (
    <div className="labs-page labs-nothing">
      <div className="empty">
        <FlaskConical className="ico labs-big" aria-hidden="true" />
        <b>Choose a lab</b>
        <span>Each has a short text, a program that is compiled and run here, questions to answer before you look, and a list of claims that is checked on the live process.</span>
      </div>
    </div>
  );
}
