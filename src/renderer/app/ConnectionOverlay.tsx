import { Unplug } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ErrorFacts } from '../../shared/model/errors.ts';

interface Props {
  readonly facts: ErrorFacts;
  readonly connecting: boolean;
  /** An old picture is behind the overlay. */
  readonly hasPicture: boolean;
  readonly onRetry: () => void;
}

/** Covers the window while there is no host to ask: what is behind it is the last picture. */
export function ConnectionOverlay({ facts, connecting, hasPicture, onRetry }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <div className="overlay" role="alertdialog" aria-modal="true" aria-labelledby="lost-title" aria-describedby="lost-words">
      <div className="dialog lost">
        <Unplug className="ico" aria-hidden="true" />
        <h2 id="lost-title">{facts.message}</h2>
        <p id="lost-words" className="f2">
          {hasPicture ? 'What you see behind is the last picture. A process that was only attached runs on.' : 'The window can show nothing without its host.'}
          {facts.remedy === undefined ? '' : ` ${facts.remedy}`}
        </p>
        {facts.evidence === undefined || facts.evidence === '' ? null : <pre className="evidence selectable">{facts.evidence}</pre>}
        <button ref={button} type="button" className="btn primary" disabled={connecting} onClick={onRetry}>
          {connecting ? 'Connecting…' : 'Reconnect'}
        </button>
      </div>
    </div>
  );
}
