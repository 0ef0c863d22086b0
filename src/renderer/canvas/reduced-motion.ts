/** The user asked for less motion: moves are instant and flashes are still tints. */
export function prefersReducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
