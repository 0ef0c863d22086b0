import picocolors from 'picocolors';
import type { RegionKind } from '../../../shared/model/region.ts';

type Colour = (text: string) => string;

/** Colours for the terminal; every one is the identity where colours are off. A colour never says anything that the words do not say too. */
export interface Paint {
  readonly bold: Colour;
  readonly dim: Colour;
  readonly warn: Colour;
  kind(kind: RegionKind, text: string): string;
}

/** Colours are on for a terminal, unless NO_COLOR (no-color.org) or TERM=dumb; FORCE_COLOR turns them on for a pipe. */
export function wantsColour(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true;
  return isTerminal && env['TERM'] !== 'dumb';
}

export function createPaint(enabled: boolean): Paint {
  const c = picocolors.createColors(enabled);
  const kinds: Readonly<Record<RegionKind, Colour>> = {
    'text': c.red, 'rodata': c.yellow, 'relro': c.yellow, 'data': c.green, 'bss': c.green, 'heap': c.magenta, 'arena': c.magenta, 'stack': c.blue, 'thread-stack': c.blue,
    'guard': c.gray, 'anon': c.cyan, 'anon-named': c.cyan, 'file-private': c.white, 'file-shared': c.white, 'shm': c.white, 'vdso': c.red, 'vvar': c.yellow, 'vsyscall': c.red,
    'reserved': c.gray, 'jit': c.red, 'device': c.white, 'null': c.gray, 'gap': c.gray, 'stack-room': c.gray, 'non-canonical': c.gray, 'kernel': c.gray,
  };
  return { bold: c.bold, dim: c.dim, warn: c.red, kind: (kind, text) => kinds[kind](text) };
}
