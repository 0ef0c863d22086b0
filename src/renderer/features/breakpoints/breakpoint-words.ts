import { formatAddress } from '../../../shared/address/address.ts';
import type { BreakpointInfo, BreakpointKind } from '../../../shared/model/debug.ts';

const KIND_WORDS: Readonly<Record<BreakpointKind, string>> = {
  'software': 'break', 'hardware': 'hardware', 'watch-write': 'written', 'watch-read': 'read', 'watch-access': 'touched', 'watch-software': 'single-stepped', 'catch': 'catch', 'other': 'other',
};

export function kindWords(kind: BreakpointKind): string {
  return KIND_WORDS[kind];
}

/** What it stops at, as short as it can be said: `main`, `8 B at 0x7ffe_…`, `fork`. */
export function subjectWords({ original, watched, kind }: BreakpointInfo): string {
  if (watched !== undefined && original.startsWith('*(unsigned char (*)')) return `${watched.end - watched.start} B at ${formatAddress(watched.start)}`;
  // gdb remembers the absolute name of a file; its last part is what tells files apart here.
  return original === '' ? kindWords(kind) : original.replace(/^(?:-source )?.*\/(?=[^/]+:\d+$)/, '');
}

/** `leaf at phases.c:14`, and how many places more. */
export function placeWords({ locations, pending }: BreakpointInfo): string {
  const [first] = locations;
  if (first === undefined) return pending ? 'waits for a library that has this place' : '';
  const line = first.source === undefined ? formatAddress(first.address) : `${first.source.file.replace(/^.*\//, '')}:${first.source.line}`;
  const where = first.function === undefined ? line : `${first.function} at ${line}`;
  return locations.length > 1 ? `${where} and ${locations.length - 1} more` : where;
}
