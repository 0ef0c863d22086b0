import { useEffect, useState } from 'react';
import type { NoSource, PathRule } from '../../../shared/model/code.ts';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';

interface Props {
  readonly none: NoSource;
  /** Path rules are others now. */
  readonly onRules: () => void;
}

/** Why there is no source text; for moved sources, where to look instead. */
export function NoSourceView({ none, onRules }: Props) {
  return (
    <div className="empty no-source" data-why={none.why}>
      <b>{none.words}</b>
      {none.remedy === undefined ? null : <span>{none.remedy}</span>}
      {none.file === undefined || none.line === undefined ? null : <span className="mono">{none.file}:{none.line}{none.function === undefined ? '' : ` in ${none.function}`}</span>}
      {none.why === 'file-missing' ? <PathRules path={none.path ?? none.file ?? ''} onRules={onRules} /> : null}
    </div>
  );
}

function PathRules({ path, onRules }: { readonly path: string; readonly onRules: () => void }) {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId) ?? '';
  const [rules, setRules] = useState<readonly PathRule[]>([]);
  const [from, setFrom] = useState(() => path.replace(/\/[^/]*$/, ''));
  const [to, setTo] = useState('');
  const [problem, setProblem] = useState<ErrorFacts>();
  const take = (asked: Promise<readonly PathRule[]>, changed: boolean): void => {
    asked.then((found) => {
      setRules(found);
      setProblem(undefined);
      if (changed) onRules();
    }, (error: unknown) => setProblem(errorFacts(error)));
  };
  useEffect(() => {
    clients.code.pathRules({ sessionId }).then(setRules, (error: unknown) => setProblem(errorFacts(error)));
  }, [clients, sessionId]);
  return (
    <form
      className="path-rules"
      onSubmit={(event) => {
        event.preventDefault();
        if (from !== '' && to !== '') take(clients.code.addPathRule({ sessionId, from, to }), true);
      }}
    >
      <label>Instead of<input className="field mono" value={from} onChange={(event) => setFrom(event.target.value)} spellCheck={false} /></label>
      <label>look in<input className="field mono" value={to} placeholder="/where/the/sources/are" onChange={(event) => setTo(event.target.value)} spellCheck={false} /></label>
      <button type="submit" className="btn bd s" disabled={from === '' || to === ''}>Look there</button>
      {problem === undefined ? null : <span className="bad">{problem.message}</span>}
      {rules.map((rule) => (
        <div key={rule.from} className="row path-rule">
          <span className="mono ellipsis grow">{rule.from} → {rule.to}</span>
          <button type="button" className="btn s" onClick={() => take(clients.code.removePathRule({ sessionId, from: rule.from }), true)}>Forget</button>
        </div>
      ))}
    </form>
  );
}
