import { CircleAlert, Info, X } from 'lucide-react';
import { useApp, useSession } from '../widgets/app-context.tsx';
import { CopyButton } from '../widgets/CopyButton.tsx';
import type { Notice } from '../state/session-store.ts';

/** Messages in the corner: the sentence, what was seen, what to do. They stay until dismissed. */
export function NoticeStack() {
  const notices = useSession((view) => view.notices);
  return (
    <div className="notices" role="log" aria-label="Messages" aria-live="polite">
      {notices.map((notice) => <NoticeCard key={notice.id} notice={notice} />)}
    </div>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const { controller } = useApp();
  const { message } = notice.facts;
  const { code, evidence, remedy } = 'code' in notice.facts ? notice.facts : { code: undefined, evidence: undefined, remedy: undefined };
  return (
    <article className={`notice ${notice.tone}`} data-code={code}>
      {notice.tone === 'error' ? <CircleAlert className="ico bad" aria-hidden="true" /> : <Info className="ico" aria-hidden="true" />}
      <div className="grow selectable">
        <p className="medium">{message}</p>
        {remedy === undefined ? null : <p className="f2">{remedy}</p>}
        {evidence === undefined || evidence === '' ? null : <pre className="evidence">{evidence}</pre>}
      </div>
      {evidence === undefined ? null : <CopyButton text={[message, remedy, evidence].filter(Boolean).join('\n')} what="message" />}
      <button type="button" className="btn icon s" aria-label="Dismiss" onClick={() => controller.dismissNotice(notice.id)}>
        <X className="ico s" />
      </button>
    </article>
  );
}
