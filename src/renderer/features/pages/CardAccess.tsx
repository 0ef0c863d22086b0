import type { KernelAccess, UserAccess } from '../../../shared/model/access.ts';
import type { PageCard } from '../../../shared/rpc/contracts/pages.ts';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { EvidenceList } from './EvidenceList.tsx';
import { outcomeMark, type OutcomeMark } from '../../widgets/outcome-mark.ts';

type Props = { readonly card: PageCard };

const TONES: Readonly<Record<OutcomeMark, string>> = { ok: 'ok', maps: 'acc', copies: 'warn', fault: 'bad' };

/** How the page came to be as it is. */
export function HistorySection({ card }: Props) {
  if (card.history.length === 0) return null;
  return (
    <>
      <h3>How it got here</h3>
      <ol className="st">{card.history.map((step) => <li key={step}>{step}</li>)}</ol>
    </>
  );
}

/** What reads, writes and fetches would do: by the program, by the kernel for it, by another process, and after a fork. */
export function AccessSection({ card }: Props) {
  const { access } = card;
  return (
    <>
      <h3>If the program…</h3>
      <User name="reads" access={access.read} />
      <User name="writes" access={access.write} />
      <User name="executes" access={access.execute} />
      {access.writeAfterFork === undefined ? null : <User name="after fork" access={access.writeAfterFork} />}
      <h3>If the kernel, for it…</h3>
      <Kernel name="reads" words="write(2) from here" access={access.kernelRead} />
      <Kernel name="writes" words="read(2) into here" access={access.kernelWrite} />
      <Kernel name="other process" words="process_vm_readv(2)" access={access.otherProcessRead} />
    </>
  );
}

function User({ name, access }: { readonly name: string; readonly access: UserAccess }) {
  const tone = TONES[outcomeMark(access.outcome)];
  return (
    <div className="kv out" data-access={name} data-outcome={access.outcome}>
      <span>{name}</span>
      <div title={access.unless === '' ? access.reason : `${access.reason}; unless ${access.unless}`}>
        <b className={tone}>{access.outcome === 'fault' ? (access.signal ?? 'fault') : access.outcome}</b>
        {access.code === undefined ? null : <span className="mono"> {access.code}</span>} <span className="f2">{access.reason}</span>
        {access.unless === '' ? null : <span className="f3">, unless {access.unless}</span>}
      </div>
    </div>
  );
}

function Kernel({ name, words, access }: { readonly name: string; readonly words: string; readonly access: KernelAccess }) {
  return (
    <div className="kv out" data-access={`kernel ${name}`} data-outcome={access.outcome}>
      <span title={words}>{name}</span>
      <div title={`${words}: ${access.reason}${access.unless === '' ? '' : `; unless ${access.unless}`}`}>
        <b className={TONES[outcomeMark(access.outcome)]}>{access.outcome === 'fault' ? (access.errno ?? 'fails') : access.outcome}</b> <span className="f2">{access.reason}</span>
      </div>
    </div>
  );
}

export function EvidenceSection({ card }: Props) {
  if (card.evidence.length === 0) return null;
  return (
    <>
      <h3 className="row">Evidence <span className="grow" /><CopyButton text={card.evidence.map((one) => `${one.source}: ${one.text}`).join('\n')} what="evidence" /></h3>
      <EvidenceList evidence={card.evidence} />
    </>
  );
}
