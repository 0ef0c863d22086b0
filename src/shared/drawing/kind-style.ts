import type { ModuleRole, RegionKind } from '../model/region.ts';

/** Names of the kind colours: CSS variables `--k-NAME`, one value in the dark and one in the light theme. */
export const KIND_INKS = [
  'text', 'rodata', 'relro', 'data', 'bss', 'heap', 'stack', 'tstack', 'guard', 'anon', 'file', 'lib', 'vdso', 'kernel', 'noncanon', 'gap', 'reserved', 'wx',
] as const;
export type KindInk = (typeof KIND_INKS)[number];

/**
 * A repeating tile, the second cue beside the colour. `d` is SVG path data inside a square of `sizeCssPx`; it is stroked when there is a width and filled when there is none. On a spine the tile
 * is cut out of the solid colour, on a hatched block it is drawn in the colour over the wash.
 */
export interface KindPattern {
  readonly sizeCssPx: number;
  readonly d: string;
  readonly strokeWidth: number | undefined;
}

const stroked = (sizeCssPx: number, d: string, strokeWidth: number): KindPattern => ({ sizeCssPx, d, strokeWidth });
const filled = (sizeCssPx: number, d: string): KindPattern => ({ sizeCssPx, d, strokeWidth: undefined });
/** A circle as two arcs. */
const dot = (c: number, r: number): string => `M${c - r} ${c}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;

export const KIND_PATTERNS: Readonly<Record<KindInk, KindPattern | undefined>> = {
  text: stroked(7, 'M1 1l2.5 2.5L1 6', 1.2),
  rodata: stroked(5, 'M0 2.5h5', 1.1),
  relro: stroked(7, 'M0 1.5h7M0 4h7', 1),
  data: undefined,
  bss: filled(5, dot(2.5, 1.1)),
  heap: stroked(7, 'M0 6h3V2h4', 1.1),
  stack: stroked(6, 'M0 0v6', 3),
  tstack: stroked(6, 'M1 0v6M4 0v6', 1.1),
  guard: stroked(6, 'M0 0l6 6M6 0L0 6', 1.2),
  anon: stroked(6, 'M0 4h3', 1.2),
  file: stroked(6, 'M0 0l6 6', 1.1),
  lib: stroked(6, 'M3 0v6', 1.4),
  vdso: filled(6, 'M3 .6 5.4 3 3 5.4.6 3z'),
  kernel: stroked(3, 'M0 1.5h3', 0.9),
  noncanon: stroked(6, 'M0 6L6 0', 1.6),
  gap: filled(6, dot(3, 0.9)),
  reserved: stroked(8, 'M0 8L8 0', 1),
  wx: stroked(5, 'M0 4 2.5 1 5 4M0 8 2.5 5 5 8', 1.2),
};

export interface KindStyle {
  readonly ink: KindInk;
  /** Two letters, '' for none. */
  readonly tag: string;
  /** Name of the kind for legends and cards, sentence case. */
  readonly title: string;
  /** The pattern covers the whole block, not the spine alone: nothing can be stored there. */
  readonly hatched: boolean;
}

const style = (ink: KindInk, tag: string, title: string, hatched = false): KindStyle => ({ ink, tag, title, hatched });

export const KIND_STYLES: Readonly<Record<RegionKind, KindStyle>> = {
  text: style('text', 'TX', 'Code'),
  rodata: style('rodata', 'RO', 'Constants'),
  relro: style('relro', 'RR', 'Read-only after relocation'),
  data: style('data', 'DA', 'Initialised data'),
  bss: style('bss', 'BS', 'Zero-filled data'),
  heap: style('heap', 'HP', 'Heap'),
  stack: style('stack', 'ST', 'Stack'),
  'thread-stack': style('tstack', 'TS', 'Thread stack'),
  guard: style('guard', 'GD', 'Guard', true),
  arena: style('heap', 'AR', 'Heap arena'),
  anon: style('anon', 'AN', 'Anonymous'),
  'anon-named': style('anon', 'AN', 'Named anonymous'),
  'file-private': style('file', 'FM', 'Mapped file, private'),
  'file-shared': style('file', 'FS', 'Mapped file, shared'),
  shm: style('file', 'SM', 'Shared memory'),
  vdso: style('vdso', 'VD', 'vDSO'),
  vvar: style('vdso', 'VV', 'vvar'),
  vsyscall: style('vdso', 'VS', 'vsyscall'),
  reserved: style('reserved', 'RV', 'Reserved', true),
  jit: style('wx', 'WX', 'Writable code, JIT'),
  device: style('file', 'DV', 'Device memory'),
  null: style('guard', 'GD', 'Null guard', true),
  gap: style('gap', '', 'Unmapped'),
  'stack-room': style('stack', '', 'Stack growth room'),
  'non-canonical': style('noncanon', 'NC', 'Non-canonical', true),
  kernel: style('kernel', 'KR', 'Kernel half', true),
};

/** Parts of a shared library share the library colour and keep the tag of their kind, so that the program's own parts stand out. */
export function regionStyle(kind: RegionKind, role: ModuleRole | undefined): KindStyle {
  const own = KIND_STYLES[kind];
  return (role === 'library' || role === 'loader') && own.ink !== 'gap' ? { ...own, ink: 'lib' } : own;
}
