import { useSession } from '../widgets/app-context.tsx';
import { CommandButton } from '../widgets/CommandButton.tsx';
import { phaseWords } from './TargetChip.tsx';

/** The target is gone; everything below is what was seen last. */
export function StaleBanner() {
  const session = useSession((view) => view.session);
  if (session === undefined) return null;
  return (
    <div className="stale-banner" role="status">
      <b>{session.ending === undefined ? phaseWords(session) : `${session.target?.name ?? 'The process'} ${session.ending}`}.</b>
      <span>This is its last picture; nothing here changes any more.</span>
      <span className="grow" />
      <CommandButton id="session.close" className="btn bd s" label="Back to the start screen" showKeys={false} />
    </div>
  );
}
