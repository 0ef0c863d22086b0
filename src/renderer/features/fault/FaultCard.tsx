import './fault.css';
import { ChevronDown, ChevronUp, X, Zap } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import type { Explanation } from '../../../shared/model/explanation.ts';
import { isFinal } from '../../state/session-controller-live.ts';
import { Addr } from '../../widgets/Addr.tsx';
import { useApp, useFault, useSession } from '../../widgets/app-context.tsx';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { Keys } from '../../widgets/Keys.tsx';
import { useRegisterCommands } from '../../widgets/use-register-commands.ts';
import { CertaintyBadge } from './CertaintyBadge.tsx';
import { explanationText } from './fault-words.ts';
import { PlaceColumn } from './PlaceColumn.tsx';
import { TriedColumn } from './TriedColumn.tsx';
import { MOVED_BY } from './use-show.ts';
import { WhyColumn } from './WhyColumn.tsx';

export const FAULT_KEY = 'Alt+9';

/**
 * Why the program stopped: opens by itself at a fault, above the views, which make room for it. Outside the dock, so that a view which fills the window does not hide it.
 */
export function FaultCard() {
  const app = useApp();
  const { fault } = app;
  const session = useSession((view) => view.session);
  const shown = useFault((view) => view.shown);
  const card = useRef<HTMLElement>(null);
  const wantsFocus = useRef(false);
  const stands = session?.phase === 'stopped' || isFinal(session);
  useRegisterCommands([
    {
      id: 'fault.show', title: 'Explain why the program stopped', group: 'View', keys: [FAULT_KEY],
      disabledBecause: () => whyNot(app.session.getState().session?.phase, fault.getState().answer !== undefined),
      run: () => {
        wantsFocus.current = true;
        card.current?.focus();
        void fault.open();
      },
    },
    { id: 'fault.close', title: 'Close the explanation of the fault', group: 'View', keys: [], disabledBecause: () => (fault.getState().shown ? undefined : 'it is not open'), run: () => fault.close() },
  ]);
  useEffect(() => {
    if (!shown || !wantsFocus.current) return;
    wantsFocus.current = false;
    card.current?.focus();
  }, [shown]);
  if (!shown || !stands) return null;
  return (
    <section
      ref={card} className="flt-card" role="region" aria-label="Why the program stopped" tabIndex={-1} data-testid="fault-card"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        fault.close();
      }}
    >
      <Contents />
    </section>
  );
}

function whyNot(phase: string | undefined, known: boolean): string | undefined {
  if (phase === 'stopped') return undefined;
  if (known && phase !== 'running') return undefined;
  return phase === 'running' ? 'the program runs' : phase === 'observing' ? 'gdb is not attached, so the program has not stopped' : 'the program has not stopped at a fault';
}

function Contents() {
  const { answer, problem, folded } = useFault((view) => view);
  const signal = useSession((view) => view.session?.stop?.signal?.name);
  if (problem !== undefined) {
    return (
      <Head>
        <b className="bad">{problem.message}</b> <span className="f2 ellipsis" title={problem.evidence}>{problem.remedy ?? problem.evidence ?? ''}</span>
      </Head>
    );
  }
  if (answer === undefined) return <Head><span role="status">{signal === undefined ? '' : <b className="bad">{signal} </b>}<span className="f2">Looking for the cause…</span></span></Head>;
  if (answer.kind === 'none') return <Head><b>Nothing to explain</b> <span className="f2">{answer.reason}</span></Head>;
  return (
    <>
      <Head explanation={answer}>
        <Title explanation={answer} />
      </Head>
      {folded ? null : (
        <div className="flt-body" data-cause={answer.cause.id} data-certainty={answer.cause.certainty}>
          <TriedColumn explanation={answer} />
          <PlaceColumn explanation={answer} />
          <WhyColumn explanation={answer} />
        </div>
      )}
    </>
  );
}

function Title({ explanation }: { readonly explanation: Explanation }) {
  const { signal, code, title, address, cause } = explanation;
  const over = useSession((view) => isFinal(view.session));
  const folded = useFault((view) => view.folded);
  return (
    <>
      <b className="bad mono flt-signal" title={signal?.meaning}>{signal?.name ?? 'Panic'}</b>
      {code === undefined ? null : <span className="mono f2 flt-code" title={code.meaning}>{code.name}</span>}
      <h2>{title}</h2>
      {address === undefined ? null : <Addr address={address} movedBy={MOVED_BY} title="Go to the address of the access that failed" />}
      <CertaintyBadge certainty={cause.certainty} />
      {folded ? <span className="f2 ellipsis flt-short">{cause.text}</span> : null}
      {over ? <span className="warn small">of its last stop</span> : null}
      <span className="sr-only" role="status">{signal?.name} {title}. {cause.certainty}: {cause.text}</span>
    </>
  );
}

function Head({ explanation, children }: { readonly explanation?: Explanation; readonly children: ReactNode }) {
  const { fault } = useApp();
  const folded = useFault((view) => view.folded);
  return (
    <header className="flt-head">
      <Zap className="ico bad" aria-hidden="true" />
      <div className="flt-title">{children}</div>
      {explanation === undefined ? null : (
        <>
          <CopyButton text={explanationText(explanation)} what="explanation" />
          <button type="button" className="btn icon s" aria-expanded={!folded} aria-label={folded ? 'Show the details' : 'Hide the details'} title={folded ? 'Show the details' : 'Hide the details'} onClick={() => fault.fold(!folded)}>
            {folded ? <ChevronDown className="ico s" /> : <ChevronUp className="ico s" />}
          </button>
        </>
      )}
      <button type="button" className="btn icon s" aria-label="Close the explanation" title="Close; the status bar and Alt 9 bring it back" onClick={() => fault.close()}><X className="ico s" /></button>
    </header>
  );
}

/** In the status bar: brings the card back. */
export function FaultButton() {
  const { commands, fault } = useApp();
  const answer = useFault((view) => view.answer);
  const shown = useFault((view) => view.shown);
  const running = useSession((view) => view.session?.phase === 'running');
  if (answer?.kind !== 'fault' || running) return null;
  return (
    <button type="button" className="flt-status" aria-pressed={shown} title={shown ? 'Close the explanation' : `Explain: ${answer.title}`} onClick={() => (shown ? fault.close() : commands.run('fault.show'))}>
      <Zap className="ico xs bad" aria-hidden="true" /> <b className="bad">{answer.signal?.name ?? 'panic'}</b> {answer.title} <Keys chord={FAULT_KEY} />
    </button>
  );
}
