import { BadgeCheck, CircleHelp } from 'lucide-react';
import type { Certainty } from '../../../shared/model/explanation.ts';
import { CERTAINTY_WORDS } from './fault-words.ts';

/** Certain is a full badge, likely a dashed one with a question mark: the words say it too. */
export function CertaintyBadge({ certainty }: { readonly certainty: Certainty }) {
  return (
    <span className={`flt-sure ${certainty}`} title={CERTAINTY_WORDS[certainty]}>
      {certainty === 'certain' ? <BadgeCheck className="ico xs" aria-hidden="true" /> : <CircleHelp className="ico xs" aria-hidden="true" />}{certainty}
    </span>
  );
}
