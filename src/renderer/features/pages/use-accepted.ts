import { useEffect, useMemo } from 'react';
import { isPresentCode } from '../../kernels/page-grid/cells.ts';
import { FILTER_WORDS, takesRun } from './page-filters.ts';
import { spanName } from './span-names.ts';
import { ADDRESSES_PER_QUESTION } from './contract-values.ts';
import { usePagesData, usePagesUi, type ScopedPages } from './use-pages.ts';

/** Pieces that filter and search let through. */
export interface AcceptedPieces {
  readonly takes: (piece: number) => boolean;
  /** Why there may be none. */
  readonly why: string;
}

/** The filter of the toolbar as a question about a piece. */
export function useAccepted(scoped: ScopedPages | undefined): AcceptedPieces {
  const { filter, text } = usePagesUi();
  const data = usePagesData();
  const beyondFile = useMemo(() => (filter === 'would-fault' && scoped !== undefined ? fileEnds(scoped) : NONE), [filter, scoped]);
  const ends = useMemo(() => [...beyondFile.values()], [beyondFile]);
  useEffect(() => data.wantPredictions(ends), [data, ends]);
  const known = ends.length === 0 ? undefined : data.predictions(ends);
  // The predictions come later; a string tells whether one of them made a difference.
  const faulting = known === undefined ? '' : [...beyondFile].filter(([, page]) => known.get(page)?.read.outcome === 'fault').map(([piece]) => piece).join(' ');
  return useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const names = new Map<number, boolean>();
    const faults = new Set(faulting === '' ? [] : faulting.split(' ').map(Number));
    const takes = (piece: number): boolean => {
      if (scoped === undefined) return false;
      const { picture, pieces } = scoped;
      if (!takesRun(filter, picture.runs, pieces.run[piece] ?? 0) && !faults.has(piece)) return false;
      if (wanted === '') return true;
      const span = pieces.span[piece] ?? 0;
      let holds = names.get(span);
      if (holds === undefined) {
        holds = spanName(picture.regions, picture.spans, span).toLowerCase().includes(wanted);
        names.set(span, holds);
      }
      return holds;
    };
    return { takes, why: wanted === '' ? `The filter “${FILTER_WORDS[filter].title}” takes none.` : `No region’s name with such pages holds “${text.trim()}”.` };
  }, [scoped, filter, text, faulting]);
}

const NONE: ReadonlyMap<number, number> = new Map();

/** The highest page of pieces that could lie past their file's end, by piece: absent pages of files. As many as one question may hold. */
function fileEnds({ picture, pieces }: ScopedPages): ReadonlyMap<number, number> {
  const { regions, spans, runs } = picture;
  const found = new Map<number, number>();
  for (let piece = pieces.length - 1; piece >= 0 && found.size < ADDRESSES_PER_QUESTION; piece--) {
    const row = spans.row[pieces.span[piece] ?? 0] ?? 0;
    if ((regions.columns.inode[row] ?? 0) === 0 || isPresentCode(runs.state[pieces.run[piece] ?? 0] ?? 0)) continue;
    found.set(piece, (pieces.firstPage[piece] ?? 0) + (pieces.pageCount[piece] ?? 1) - 1);
  }
  return found;
}
