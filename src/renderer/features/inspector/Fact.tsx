import type { ReactNode } from 'react';

/** One named line of the inspector. */
export function Fact({ name, wrap = false, children }: { readonly name: string; readonly wrap?: boolean; readonly children: ReactNode }) {
  return (
    <div className={wrap ? 'kv wrap' : 'kv'}>
      <span>{name}</span>
      <div>{children}</div>
    </div>
  );
}
