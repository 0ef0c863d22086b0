import type { Permitted } from '../../../shared/rpc/contracts/pages.ts';

/** One named line of the card. */
export function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return <div className="kv"><span>{name}</span><div>{children}</div></div>;
}

/** Why a fact is not known, and what would help. */
export function Unknown({ fact }: { readonly fact: Permitted<unknown> }) {
  if (fact.known) return null;
  return <span className="f3" title={fact.remedy}>{fact.why}{fact.remedy === undefined ? '' : `. ${fact.remedy}`}</span>;
}
