import { parseAddress, toAddress } from '../../../shared/address/address.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import { CATCH_KINDS, type CatchKind, type WatchAccess } from '../../../shared/model/run-control.ts';

/** What the form can add: `break`, `hardware`, `watch-write` …, `catch-fork` …. */
export const ADDABLE = [
  ['break', 'Breakpoint'], ['temporary', 'Breakpoint, once'], ['hardware', 'Hardware breakpoint'],
  ['watch-write', 'When written'], ['watch-read', 'When read'], ['watch-access', 'When touched'],
  ['catch-fork', 'At fork'], ['catch-vfork', 'At vfork'], ['catch-exec', 'At exec'], ['catch-signal', 'At a signal'], ['catch-throw', 'At C++ throw'], ['catch-catch', 'At C++ catch'],
  ['catch-rethrow', 'At C++ rethrow'], ['catch-syscall', 'At a system call'],
] as const;
export type Addable = (typeof ADDABLE)[number][0];

/** How the text of the form is understood. */
export type Wish =
  | { readonly kind: 'break'; readonly location: string; readonly temporary: boolean; readonly hardware: boolean }
  | { readonly kind: 'watch-range'; readonly range: AddressRange; readonly access: WatchAccess }
  | { readonly kind: 'watch'; readonly expression: string; readonly access: WatchAccess }
  | { readonly kind: 'catch'; readonly catching: CatchKind; readonly what: readonly string[] };

/** undefined while the text is not enough. Addresses may be written with groups; a watched one may name its bytes: `0x7ffe_0010, 16`. */
export function wishOf(addable: Addable, text: string): Wish | undefined {
  const trimmed = text.trim();
  if (addable.startsWith('catch-')) {
    const catching = CATCH_KINDS.find((kind) => `catch-${kind}` === addable);
    const what = catching === 'signal' || catching === 'syscall' ? trimmed.split(/[\s,]+/).filter((word) => word !== '') : [];
    return catching === undefined || !what.every((word) => /^\w+$/.test(word)) ? undefined : { kind: 'catch', catching, what };
  }
  if (trimmed === '') return undefined;
  const access = (['write', 'read', 'access'] as const).find((one) => addable === `watch-${one}`);
  if (access === undefined) {
    const address = /^\*?0x/.test(trimmed) ? parseAddress(trimmed.replace(/^\*/, '')) : undefined;
    return { kind: 'break', location: address === undefined ? trimmed : `*0x${address.toString(16)}`, temporary: addable === 'temporary', hardware: addable === 'hardware' };
  }
  const range = /^(0x[0-9a-fA-F_]+)(?:\s*,\s*(\d{1,5}))?$/.exec(trimmed);
  const start = range?.[1] === undefined ? undefined : parseAddress(range[1]);
  if (start === undefined) return { kind: 'watch', expression: trimmed, access };
  const length = BigInt(range?.[2] ?? 8);
  return length === 0n || start + length > 1n << 64n ? undefined : { kind: 'watch-range', range: { start, end: toAddress(start + length) }, access };
}
