import { describe, expect, it } from 'vitest';
import type { OverlayPiece, Owner, PageOverlay } from './page-overlay.ts';
import { hasSeveralOwners } from './page-overlay.ts';
import { toAddress } from '../../../shared/address/address.ts';

const owner = (name: string): Owner => ({ name, address: toAddress(0x1000n), sizeBytes: 8, modulePath: '/p', typed: undefined, symbol: undefined });
const piece = (of: Owner, from: number): OverlayPiece => ({ owner: of, field: undefined, tint: 'int', from, to: from + 8, cut: false });

/** A later piece takes the bytes of an earlier one, as in the overlay. */
function overlayOf(pieces: readonly OverlayPiece[]): PageOverlay {
  const owners = new Int32Array(64).fill(-1);
  for (const [index, { from, to }] of pieces.entries()) owners.fill(index, from, to);
  return { pieces, owners, code: [], startingAt: (offset) => pieces.filter(({ from }) => from === offset) };
}

describe('owners of a row', () => {
  const one = owner('one');
  const other = owner('other');
  it.each([
    ['nobody', [], false],
    ['one with two pieces', [piece(one, 0), piece(one, 8)], false],
    ['two beside each other', [piece(one, 0), piece(other, 8)], true],
    ['two names of the same bytes', [piece(one, 0), piece(other, 0)], true],
    ['another in the row behind', [piece(one, 0), piece(other, 16)], false],
  ])('%s', (_what, pieces, several) => expect(hasSeveralOwners(overlayOf(pieces), 0, 16, 0x1000n)).toBe(several));
});
