import { Check, CircleHelp, Minus, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { formatRange } from '../../../shared/address/range.ts';
import { errorFacts } from '../../../shared/model/errors.ts';
import { HARDENING_CHECKS, type AslrFacts, type HardeningCheck, type HardeningCheckId, type HardeningVerdict, type ModuleHardening } from '../../../shared/model/hardening.ts';
import { Addr } from '../../widgets/Addr.tsx';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { EvidenceList } from './EvidenceList.tsx';
import { useAnswer } from './use-pages.ts';

const TITLES: Readonly<Record<HardeningCheckId, string>> = {
  pie: 'PIE', 'nx-stack': 'NX stack', relro: 'RELRO', canary: 'Canary', fortify: 'FORTIFY', 'cet-ibt': 'IBT', 'cet-shstk': 'SHSTK', 'build-id': 'Build id', rpath: 'RPATH',
};

/** What each module's file asks for by way of protection, and the process's own ASLR. */
export function HardeningView() {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const generation = useSession((view) => view.map?.generation);
  const [chosen, setChosen] = useState<{ readonly path: string; readonly check: HardeningCheckId | undefined }>();
  // oxlint-disable-next-line react/exhaustive-deps -- the generation is not sent; a new one means a new answer
  const ask = useMemo(() => (sessionId === undefined ? undefined : (signal: AbortSignal) => clients.pages.hardening({ sessionId }, { signal })), [clients, sessionId, generation]);
  const { value, failure } = useAnswer(ask);
  if (value === undefined) return <div className="empty">{failure === undefined ? 'Reading the modules’ files…' : <b className="bad">{errorFacts(failure).message}</b>}</div>;
  const module = value.modules.find((one) => one.module.path === chosen?.path);
  return (
    <div className="pg-split">
      <div className="body pg-list" data-autofocus tabIndex={-1}>
        <Aslr aslr={value.aslr} />
        <table className="pg-plain pg-hard">
          <thead><tr><th>Module</th>{HARDENING_CHECKS.map((id) => <th key={id}>{TITLES[id]}</th>)}</tr></thead>
          <tbody>
            {value.modules.map((one) => (
              <tr key={one.module.path} className={one === module ? 'cur' : ''} data-module={one.module.path}>
                <td><button type="button" className="lk" title={one.module.path} onClick={() => setChosen({ path: one.module.path, check: undefined })}>{one.module.path.split('/').at(-1)}</button> <span className="f3">{one.module.role}</span></td>
                {one.checks.length === 0 ? <td colSpan={HARDENING_CHECKS.length} className="f3">{one.problem ?? 'the file could not be read'}</td> : one.checks.map((check) => (
                  <td key={check.id} data-check={check.id} data-verdict={check.verdict}>
                    <button type="button" className="verdict" title={check.words} onClick={() => setChosen({ path: one.module.path, check: check.id })}><Verdict verdict={check.verdict} />{check.id === 'build-id' ? check.value.slice(0, 8) : check.value}</button>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {module === undefined ? null : <Details module={module} checks={chosen?.check === undefined ? module.checks : module.checks.filter(({ id }) => id === chosen.check)} />}
    </div>
  );
}

function Verdict({ verdict }: { readonly verdict: HardeningVerdict }) {
  switch (verdict) {
    case 'yes': return <Check className="ico s ok" role="img" aria-label="yes" />;
    case 'partial': return <Minus className="ico s warn" role="img" aria-label="in part" />;
    case 'no': return <X className="ico s bad" role="img" aria-label="no" />;
    case 'unknown': return <CircleHelp className="ico s f3" role="img" aria-label="not known" />;
  }
}

function Aslr({ aslr }: { readonly aslr: AslrFacts }) {
  return (
    <details className="pg-lead">
      <summary><Verdict verdict={aslr.verdict} /> <b>ASLR</b>: {aslr.words}</summary>
      <EvidenceList evidence={aslr.evidence} />
    </details>
  );
}

/** The evidence of one module's checks. */
function Details({ module, checks }: { readonly module: ModuleHardening; readonly checks: readonly HardeningCheck[] }) {
  return (
    <aside className="pg-details body" aria-label="Evidence">
      <h3 className="ellipsis" title={module.module.path}>{module.module.path}</h3>
      <div className="f2">from <Addr address={module.base} movedBy="pages-hardening" /></div>
      {module.relroPages === undefined ? null : <div className="f2">RELRO pages <span className="mono">{formatRange(module.relroPages)}</span></div>}
      {checks.map((check) => (
        <section key={check.id}>
          <div className="row gap"><Verdict verdict={check.verdict} /><b>{TITLES[check.id]}</b> <span className="mono ellipsis" title={check.value}>{check.value}</span></div>
          <p className="f2">{check.words}</p>
          <EvidenceList evidence={check.evidence} />
        </section>
      ))}
    </aside>
  );
}
