import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { pageWord, type AccessMapping } from '../../../shared/analysis/access/access-facts.ts';
import { PERM_MAPPED, PERM_READ, PERM_WRITE } from '../../../shared/model/region-table.ts';
import type { ModuleRole, Region } from '../../../shared/model/region.ts';
import { pageHistory } from './page-history.ts';

const PRESENT = pageWord(1n << 63n | 1n << 56n);

/** A mapping of a module's data, of the file or of the anonymous rest behind it. */
function data(role: ModuleRole, kind: 'data' | 'bss', inode: bigint): { mapping: AccessMapping; region: Region } {
  const place = { start: toAddress(0x8000n), end: toAddress(0x9000n), inode };
  return {
    mapping: { ...place, perms: PERM_READ | PERM_WRITE | PERM_MAPPED, name: inode === 0n ? '' : '/bin/tour', offset: 0n, vmFlags: undefined, protectionKey: undefined, fileSizeBytes: undefined },
    region: { ...place, kind, perms: 'rw-p', offset: 0n, dev: '00:00', path: inode === 0n ? '' : '/bin/tour', module: { path: '/bin/tour', role }, part: '', label: 'tour', tid: undefined },
  };
}

describe('how a page got here', () => {
  it.each([
    ['program', 'data', 7n, 'exec mapped it from tour'],
    ['library', 'data', 7n, 'ld.so mapped it from tour'],
    ['program', 'bss', 0n, 'exec made anonymous memory for what its segment has beyond the file'],
    ['library', 'bss', 0n, 'ld.so made anonymous memory for what its segment has beyond the file'],
  ] as const)('%s %s, inode %s: %s', (role, kind, inode, first) => {
    const { mapping, region } = data(role, kind, inode);
    expect(pageHistory(mapping, region, 'anonymous', PRESENT)).toEqual([first, 'the first write brought a page of zeros of its own']);
  });
});
