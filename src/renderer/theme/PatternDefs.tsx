import { KIND_INKS, KIND_PATTERNS } from '../../shared/drawing/kind-style.ts';

/** The SVG patterns `s-INK` (spine) and `h-INK` (hatch), once per document; any SVG fills with `url(#s-data)`. */
export function PatternDefs() {
  return (
    <svg width="0" height="0" style={{ position: 'absolute' }} aria-hidden="true">
      <defs>
        {KIND_INKS.map((ink) => {
          const pattern = KIND_PATTERNS[ink];
          const size = pattern?.sizeCssPx ?? 8;
          const tile = (colour: string) => {
            if (pattern === undefined) return null;
            const paint = pattern.strokeWidth === undefined ? { fill: colour } : { fill: 'none', stroke: colour, strokeWidth: pattern.strokeWidth };
            return <path d={pattern.d} style={paint} />;
          };
          return [
            <pattern key={`s-${ink}`} id={`s-${ink}`} width={size} height={size} patternUnits="userSpaceOnUse">
              <rect width={size} height={size} style={{ fill: `var(--k-${ink})` }} />
              {tile('var(--panel)')}
            </pattern>,
            <pattern key={`h-${ink}`} id={`h-${ink}`} width={size} height={size} patternUnits="userSpaceOnUse">
              {tile(`var(--k-${ink})`)}
            </pattern>,
          ];
        })}
      </defs>
    </svg>
  );
}
