/** What a key does in the page table and the grid. */
export type PageKey =
  | { readonly kind: 'move'; readonly by: number; readonly extend: boolean }
  | { readonly kind: 'edge'; readonly edge: 'first' | 'last'; readonly extend: boolean }
  | { readonly kind: 'region'; readonly step: 1 | -1 }
  | { readonly kind: 'find'; readonly direction: 'next' | 'previous' }
  | { readonly kind: 'zoom'; readonly step: 1 | -1 }
  | { readonly kind: 'fold' | 'search' | 'permissions' | 'clear' | 'bytes' | 'select-region' };

export interface KeyFacts {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** `perLine` is 1 in a table, the cells of a line in a grid; rows further down lie at lower addresses. */
export function pageKey(event: KeyFacts, perLine: number, perScreen: number): PageKey | undefined {
  if (event.altKey || event.metaKey || event.ctrlKey) return undefined;
  const extend = event.shiftKey;
  const move = (by: number): PageKey => ({ kind: 'move', by, extend });
  switch (event.key) {
    case 'ArrowDown': return move(perLine);
    case 'ArrowUp': return move(-perLine);
    case 'ArrowRight': return perLine > 1 ? move(1) : undefined;
    case 'ArrowLeft': return perLine > 1 ? move(-1) : undefined;
    case 'PageDown': return move(perScreen);
    case 'PageUp': return move(-perScreen);
    case 'Home': return { kind: 'edge', edge: 'first', extend };
    case 'End': return { kind: 'edge', edge: 'last', extend };
    case ']': return { kind: 'region', step: 1 };
    case '[': return { kind: 'region', step: -1 };
    case 'n': return { kind: 'find', direction: 'next' };
    case 'N': return { kind: 'find', direction: 'previous' };
    case '+': return { kind: 'zoom', step: 1 };
    case '-': return { kind: 'zoom', step: -1 };
    case 'f': return { kind: 'fold' };
    case '/': return { kind: 'search' };
    case 'p': return { kind: 'permissions' };
    case 'a': return { kind: 'select-region' };
    case 'Enter': return { kind: 'bytes' };
    case 'Escape': return { kind: 'clear' };
    default: return undefined;
  }
}
