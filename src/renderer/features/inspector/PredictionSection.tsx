import type { Address } from '../../../shared/address/address.ts';
import type { UserAccess } from '../../../shared/model/access.ts';
import { OutcomeIcon } from '../../widgets/OutcomeIcon.tsx';
import { outcomeMark } from '../../widgets/outcome-mark.ts';
import { useAccess } from './use-access.ts';

/** What a read, a write and a fetch by the program would do. */
export function PredictionSection({ address }: { readonly address: Address }) {
  const { prediction, failure } = useAccess(address);
  return (
    <>
      <h3>If the program…</h3>
      {failure === undefined ? (
        <div className="acc3">
          <OutcomeRow name="reads" access={prediction?.read} />
          <OutcomeRow name="writes" access={prediction?.write} />
          <OutcomeRow name="executes" access={prediction?.execute} />
        </div>
      ) : <p className="f3">{failure.message}</p>}
    </>
  );
}

function OutcomeRow({ name, access }: { readonly name: string; readonly access: UserAccess | undefined }) {
  if (access === undefined) return <div data-access={name}><span className="ico s" /><span>{name}</span><div className="f3">…</div></div>;
  const { outcome, signal, code, reason, unless } = access;
  const words = unless === '' ? reason : `${reason}; unless ${unless}`;
  return (
    <div data-access={name} data-outcome={outcome}>
      <OutcomeIcon mark={outcomeMark(outcome)} />
      <span>{name}</span>
      <div className="ellipsis" title={words}>
        {outcome === 'fault' ? <b className="bad">{signal}</b> : <b className={outcome === 'copy-on-write' ? 'warn' : 'ok'}>{outcome}</b>} {code === undefined ? null : <span className="mono f2">{code} </span>}
        <span className="f2">{words}</span>
      </div>
    </div>
  );
}
