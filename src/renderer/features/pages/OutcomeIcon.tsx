import { ArrowRight, Check, Copy, Zap } from 'lucide-react';
import type { OutcomeMark as Mark } from './page-words.ts';

/** No fault, the kernel maps a page, the kernel copies a page, a signal. */
export function OutcomeIcon({ mark }: { readonly mark: Mark }) {
  switch (mark) {
    case 'ok': return <Check className="ico s ok" aria-hidden="true" />;
    case 'maps': return <ArrowRight className="ico s acc" aria-hidden="true" />;
    case 'copies': return <Copy className="ico s warn" aria-hidden="true" />;
    case 'fault': return <Zap className="ico s bad" aria-hidden="true" />;
  }
}
