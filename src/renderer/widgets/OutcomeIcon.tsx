import { ArrowRight, Check, Copy, Zap } from 'lucide-react';
import type { OutcomeMark } from './outcome-mark.ts';

/** The mark of an access's outcome, in shape and colour. The words stand beside it. */
export function OutcomeIcon({ mark }: { readonly mark: OutcomeMark }) {
  switch (mark) {
    case 'ok': return <Check className="ico s ok" aria-hidden="true" />;
    case 'maps': return <ArrowRight className="ico s" style={{ color: 'var(--accent)' }} aria-hidden="true" />;
    case 'copies': return <Copy className="ico s warn" aria-hidden="true" />;
    case 'fault': return <Zap className="ico s bad" aria-hidden="true" />;
  }
}
