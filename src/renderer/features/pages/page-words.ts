import type { UserAccess } from '../../../shared/model/access.ts';
import { PAGE_LOOKS, type PageLook } from '../../../shared/drawing/page-look.ts';
import type { PageState } from '../../../shared/model/page-state.ts';
import type { Region } from '../../../shared/model/region.ts';

/** How a state is named, explained and coloured. */
export function stateLook(code: number): PageLook {
  return PAGE_LOOKS[code] ?? UNKNOWN;
}

const UNKNOWN: PageLook = { name: 'not known', words: 'the kernel does not tell', ink: 'gap' };

/** pagemap's flag bits as a state implies them (decode-pages.ts is the other way round). `null` where the state does not tell. */
export interface ShownBits {
  readonly present: boolean | null;
  readonly swapped: boolean | null;
  readonly file: boolean | null;
  readonly guard: boolean | null;
  readonly exclusive: boolean | null;
}

export function bitsOf(state: PageState, shared: boolean): ShownBits {
  const bits = (present: boolean, file: boolean | null, exclusive: boolean | null, rest: Partial<ShownBits> = {}): ShownBits => ({ present, swapped: false, file, guard: false, exclusive, ...rest });
  switch (state) {
    case 'unknown': case 'reserved': return { present: null, swapped: null, file: null, guard: null, exclusive: null };
    case 'absent': return bits(false, false, false);
    case 'anonymous': case 'private-copy': return bits(true, false, !shared);
    case 'file': case 'shared-memory': return bits(true, true, !shared);
    case 'zero-page': case 'zero-or-shared': return bits(true, false, false);
    case 'swapped': return bits(false, null, null, { swapped: true });
    // A guard page sets bits 58 and 62 (kernel 6.15, mm/pagemap: PTE markers count as swap entries).
    case 'guard': return bits(false, false, false, { swapped: true, guard: true });
    case 'kernel': return bits(true, null, null);
  }
}

/** Where a page's content comes from, as far as region and state say it: `libc.so.6 +0x26000`. */
export function contentWords(region: Region, state: PageState, page: number): string {
  const file = region.inode === 0n ? undefined : region.path.split('/').at(-1);
  // Offset and start have the same place in their page, so both are rounded down to it.
  const inFile = (region.offset & ~0xfffn) + (BigInt(page) << 12n) - (region.start & ~0xfffn);
  const place = file === undefined ? '' : `${file} +0x${inFile.toString(16)}`;
  switch (state) {
    case 'unknown': return file === undefined ? 'not known' : place;
    case 'reserved': return 'no memory behind it';
    case 'absent':
      if (file !== undefined) return place;
      if (region.kind === 'vvar' || region.kind === 'vdso') return 'kernel, special';
      return region.perms.startsWith('---') ? 'no memory behind it' : 'never touched';
    case 'anonymous': return 'anonymous';
    case 'file': return place;
    case 'shared-memory': return file === undefined ? 'shared anonymous' : place;
    case 'zero-page': return 'shared zero page';
    case 'zero-or-shared': return 'zero page or shared';
    case 'private-copy': return file === undefined ? 'a copy' : `copy of ${file}`;
    case 'swapped': return 'swap';
    case 'guard': return 'guard region';
    case 'kernel': return 'kernel, shared';
  }
}

export type AccessKind = 'reads' | 'writes' | 'executes';
/** Two words for a table cell; the reason is the tooltip. */
export function outcomeWords(access: UserAccess, kind: AccessKind): string {
  switch (access.outcome) {
    case 'ok': return 'ok';
    case 'demand-zero': return kind === 'writes' ? 'new page' : 'zero page';
    case 'page-in': return 'file page';
    case 'swap-in': return 'from swap';
    case 'copy-on-write': return 'copy-on-write';
    case 'stack-growth': return 'stack grows';
    case 'emulated': return 'emulated';
    case 'fault': return access.code ?? access.signal ?? 'fault';
  }
}
