import type { CSSProperties } from 'react';
import type { Region } from '../../shared/model/region.ts';
import { regionStyle } from '../../shared/drawing/kind-style.ts';

/** A region's short name in its kind's colour, outlined: `.data`, `[heap]`. */
export function KindChip({ region, text }: { readonly region: Region; readonly text?: string }) {
  const style = regionStyle(region.kind, region.module?.role);
  return (
    <span className="nd" style={{ '--c': `var(--k-${style.ink})` } as CSSProperties} title={`${style.title}: ${region.label}`}>
      {text ?? region.label}
    </span>
  );
}
