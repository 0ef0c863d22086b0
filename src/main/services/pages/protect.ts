import type { Address } from '../../../shared/address/address.ts';
import { formatRange } from '../../../shared/address/range.ts';
import { previewProtect, protectionBits, type Mapped, type Piece } from '../../../shared/analysis/protect/preview-protect.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { firstMappingAfter } from '../../../shared/model/mapping-columns.ts';
import type { ProtectPreview, ProtectResult } from '../../../shared/rpc/contracts/pages.ts';
import type { Session } from '../../session/session.ts';
import { AccessReader } from '../../target/pages/access-reader.ts';
import type { PageSource } from '../../target/pages/page-source.ts';

export interface ProtectRequest {
  readonly start: Address;
  readonly end: Address;
  readonly perms: string;
}

/** mprotect's protection bits (sys/mman.h). */
const PROT = { r: 1, w: 2, x: 4 } as const;

export function readPreview(source: PageSource, { start, end, perms }: ProtectRequest): ProtectPreview {
  const bits = protectionBits(perms);
  if (bits === undefined) throw new VmatlasError({ code: 'invalid-argument', message: 'Permissions are some of the letters r, w and x, in this order.', evidence: perms });
  return { start, end, perms, ...previewProtect(mappingsAround(source, start, end), start, end, bits) };
}

/** Mappings of the range, and a neighbour on each side. */
function mappingsAround(source: PageSource, start: Address, end: Address): Mapped[] {
  const reader = new AccessReader(source, { smaps: { maxAgeMs: 1000 }, pkru: undefined });
  const { mappings } = reader;
  const found: Mapped[] = [];
  for (let row = Math.max(0, firstMappingAfter(mappings, Number(start >> 12n)) - 1); row < mappings.length; row++) {
    const { start: from, end: to, perms, name, offset, vmFlags } = reader.mapping(row);
    found.push({ start: from, end: to, perms, name, offset, dev: mappings.dev[row] ?? 0, inode: mappings.inode[row] ?? 0, vmFlags });
    if (from >= end) break;
  }
  return found;
}

/** Runs mprotect in the stopped program, and compares what came of it with the preview. */
export async function protect(session: Session, request: ProtectRequest, threadId: number | undefined): Promise<ProtectResult> {
  const held = session.debugger('change permissions', 'stopped');
  const source = (work: (pages: PageSource) => ProtectPreview): Promise<ProtectPreview> =>
    session.withTarget((target) => {
      if (!target.pages) throw new VmatlasError({ code: 'unsupported', message: 'This target has no page table to change.' });
      return work(target.pages);
    });
  const preview = await source((pages) => readPreview(pages, request));
  const protection = [...request.perms].reduce((sum, letter) => sum + (letter === 'r' || letter === 'w' || letter === 'x' ? PROT[letter] : 0), 0);
  if (!held.protectMemory) throw new VmatlasError({ code: 'unsupported', message: 'This debugger cannot let the program call mprotect.' });
  await held.protectMemory({ start: request.start, lengthBytes: request.end - request.start, protection, threadId });
  await session.refresh();
  const { generation } = await session.picture();
  const first = preview.before[0]?.start ?? request.start;
  const last = preview.before.at(-1)?.end ?? request.end;
  const now = await session.withTarget((target) => (target.pages ? mappingsAround(target.pages, request.start, request.end) : []));
  const pieces = now.filter((mapping) => mapping.start < last && first < mapping.end).map((mapping) => pieceOf(mapping, request));
  const plain = (list: readonly Piece[]): string => list.map((piece) => `${formatRange(piece)} ${piece.perms}`).join('\n');
  return { now: pieces, asPreviewed: plain(pieces) === plain(preview.after), generation };
}

function pieceOf(mapping: Mapped, { start, end }: ProtectRequest): Piece {
  const [piece] = previewProtect([mapping], mapping.start, mapping.end, mapping.perms & 7).before;
  if (!piece) throw new RangeError('a mapping is its own piece');
  return { ...piece, changed: mapping.start < end && start < mapping.end };
}
