import { PAGE_STATE_CODE, type PageState } from '../../../shared/model/page-state.ts';
import type { KindInk } from '../../../shared/drawing/kind-style.ts';
import { stateLook } from './page-words.ts';

const SIZE = 10;

/** The mark of a state, as page-marks.ts draws it on canvases, for legends and words. */
export function PageGlyph({ state, ink }: { readonly state: PageState; readonly ink?: KindInk }) {
  const colour = `var(--k-${ink ?? stateLook(PAGE_STATE_CODE[state]).ink})`;
  return (
    <svg width={SIZE} height={SIZE} viewBox="0 0 10 10" className="pg-glyph" aria-hidden="true" style={{ color: colour }} fill="currentColor" stroke="none">
      {SHAPES[state]}
    </svg>
  );
}

const box = (alpha: number) => <rect x="0.5" y="0.5" width="9" height="9" fill="none" stroke="currentColor" strokeOpacity={alpha} />;

const SHAPES: Readonly<Record<PageState, React.ReactNode>> = {
  unknown: <rect x="4" y="4" width="2" height="2" fillOpacity="0.6" />,
  reserved: <rect x="4" y="4" width="2" height="2" fillOpacity="0.6" />,
  absent: box(0.6),
  anonymous: <rect width="10" height="10" />,
  file: <rect width="10" height="10" fillOpacity="0.5" />,
  'shared-memory': <><rect width="10" height="10" fillOpacity="0.5" /><rect width="2.5" height="10" /></>,
  'zero-page': <path d="M0 10L10 0v10z" />,
  'zero-or-shared': <><path d="M0 10L10 0v10z" />{box(0.5)}</>,
  'private-copy': <path fillRule="evenodd" d="M0 0h10v10H0zM3.5 3.5v3h3v-3z" />,
  swapped: <>{box(0.8)}<path d="M0 0l10 10" stroke="currentColor" /></>,
  guard: <path d="M0 0l10 10M10 0L0 10" stroke="currentColor" />,
  kernel: <path d="M5 0l5 5-5 5-5-5z" />,
};
