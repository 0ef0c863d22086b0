import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import type { Explanation, FaultEvidence } from '../../../shared/model/explanation.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { CERTAINTY_WORDS, evidenceView, overrunWords, recursionWords, senderWords, VIEW_TITLES, withPlace } from './fault-words.ts';
import { MOVED_BY, showEvidence } from './use-show.ts';

/** The cause, how sure it is, and what it rests on. */
export function WhyColumn({ explanation: e }: { readonly explanation: Explanation }) {
  const app = useApp();
  const { field, recursion, sender, thrown, message } = e;
  // Inside a named object nothing was run over.
  const object = e.region?.symbol === undefined ? e.object : undefined;
  return (
    <section className="flt-col" aria-label="Why">
      <h3>Why</h3>
      <p className="flt-cause" data-testid="fault-cause">{e.cause.text}</p>
      <p className="f3">{CERTAINTY_WORDS[e.cause.certainty]}</p>
      <dl className="flt-facts">
        {field === undefined ? null : <Fact name="field"><code>{field.name}</code> of <code>{field.type}</code> at +0x{field.offsetBytes.toString(16)}{field.pointer === undefined ? '' : <>; <code>{field.pointer}</code> is what points there</>}</Fact>}
        {recursion === undefined ? null : <Fact name="depth">{recursionWords(recursion)}</Fact>}
        {object === undefined ? null : (
          <Fact name="object">
            {overrunWords(object)},{' '}
            <button
              type="button" className="mono lk" title={`Select ${object.name}`} onClick={() => {
                app.cursor.goTo(object.range.start, MOVED_BY);
                app.cursor.select(object.range);
              }}
            >
              {formatAddress(object.range.start)}
            </button>
          </Fact>
        )}
        {sender === undefined ? null : <Fact name="sent by">{senderWords(sender)}</Fact>}
        {thrown === undefined ? null : <Fact name={thrown.type === undefined ? 'panic' : 'exception'}>{thrown.type === undefined ? null : <code>{thrown.type}</code>} {thrown.text ?? ''} {thrown.place === undefined ? null : <span className="f2 mono">{thrown.place}</span>}</Fact>}
        {message === undefined ? null : <Fact name="it said"><span className="mono selectable">{message}</span></Fact>}
      </dl>
      {e.evidence.length === 0 ? null : (
        <>
          <h4>Evidence</h4>
          <ul className="flt-evidence">{e.evidence.map((one) => withPlace(one, e)).map((one) => <Evidence key={`${one.source} ${one.words}`} evidence={one} />)}</ul>
        </>
      )}
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function Evidence({ evidence }: { readonly evidence: FaultEvidence }) {
  const app = useApp();
  const view = evidenceView(evidence);
  const contents = <><span className="flt-src">{evidence.source}</span><span className="flt-words">{evidence.words}</span></>;
  if (view === undefined) return <li className="flt-ev">{contents}</li>;
  return (
    <li>
      <button type="button" className="flt-ev" title={`Show it in ${VIEW_TITLES[view]}`} data-view={view} onClick={() => showEvidence(app, evidence)}>
        {contents}
        <span className="flt-to">{VIEW_TITLES[view]}<ArrowRight className="ico xs" aria-hidden="true" /></span>
      </button>
    </li>
  );
}
