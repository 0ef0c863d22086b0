import type { CSSProperties } from 'react';
import { regionStyle } from '../../shared/drawing/kind-style.ts';
import type { Pointee } from '../../shared/model/pointee.ts';

/** What kind of memory a pointer leads to, in its kind's colour: `[heap]`, `.rodata`. */
export function PointeeChip({ pointee }: { readonly pointee: Pointee }) {
  const style = regionStyle(pointee.kind, undefined);
  return (
    <span className="nd" style={{ '--c': `var(--k-${style.ink})` } as CSSProperties} title={`${style.title}: ${pointee.label}${pointee.module === '' ? '' : ` of ${pointee.module}`}`}>
      {pointee.label}
    </span>
  );
}
