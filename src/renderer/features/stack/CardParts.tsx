import type { ReactNode } from 'react';
import type { Evidence } from '../../../shared/model/evidence.ts';

/** One named line of the card. */
export function Kv({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return <div className="kv"><span>{name}</span><div>{children}</div></div>;
}

/** Where claims come from, exactly as the source printed it. */
export function EvidenceLines({ evidence }: { readonly evidence: readonly Evidence[] }) {
  return <div className="stk-ev selectable">{evidence.map((one) => <div key={`${one.source} ${one.text}`}><span>{one.source}</span><code>{one.text}</code></div>)}</div>;
}
