import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

/** Copies a text and says so for a moment. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  useEffect(() => {
    if (copied === 'no') return undefined;
    const timer = setTimeout(() => setCopied('no'), 1200);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(() => setCopied('yes'), () => setCopied('failed'));
  };
  const words = copied === 'yes' ? 'Copied' : copied === 'failed' ? 'The browser refused access to the clipboard' : `Copy ${what}`;
  return (
    <button type="button" className="btn icon s copy" title={words} aria-label={words} onClick={copy}>
      {copied === 'yes' ? <Check className="ico s ok" /> : <Copy className="ico s" />}
    </button>
  );
}
