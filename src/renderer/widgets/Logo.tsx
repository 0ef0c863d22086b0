/** Four blocks of an address space: stack, library, heap, data. */
export function Logo({ size = 18 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 18 18" aria-hidden="true" style={{ flex: 'none' }}>
      <rect x="2" y="1.5" width="14" height="3" rx="1" fill="var(--k-stack)" />
      <rect x="2" y="5.5" width="14" height="2" rx="1" fill="var(--k-lib)" />
      <rect x="2" y="8.5" width="14" height="3" rx="1" fill="var(--k-heap)" />
      <rect x="2" y="12.5" width="14" height="4" rx="1" fill="var(--k-data)" />
    </svg>
  );
}
