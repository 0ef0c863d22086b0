import type { Address } from '../../../shared/address/address.ts';
import { toAddress } from '../../../shared/address/address.ts';
import { PERM_MAPPED, permsText } from '../../../shared/model/region-table.ts';
import type { MappingColumns } from '../../../shared/model/mapping-columns.ts';
import type { FileSharer } from '../../../shared/rpc/contracts/pages.ts';
import { parseMaps } from '../../procfs/maps.ts';
import { tryReadDirectory, tryReadProcBytes, tryReadProcText } from '../../procfs/read-proc.ts';
import { parsePasswd } from '../../procfs/small-files.ts';
import { parseStatus } from '../../procfs/status.ts';

/** One page of a file. */
export interface FilePage {
  readonly dev: number;
  readonly inode: number;
  /** In pages. */
  readonly filePage: number;
}

/** The page of a file behind an address; undefined for memory of no file. */
export function filePageAt(mappings: MappingColumns, row: number, address: Address): FilePage | undefined {
  const inode = mappings.inode[row] ?? 0;
  if (row < 0 || inode === 0) return undefined;
  return { dev: mappings.dev[row] ?? 0, inode, filePage: (mappings.offsetPage[row] ?? 0) + Number(address >> 12n) - (mappings.startPage[row] ?? 0) };
}

/** Every mapping of a file's page in other processes. `hidden`: processes whose maps this user may not read. */
export function findSharers(page: FilePage, ownPid: number): { sharers: FileSharer[]; hidden: number; bytesRead: number } {
  const users = parsePasswd(tryReadProcText('/etc/passwd') ?? '');
  const sharers: FileSharer[] = [];
  let hidden = 0;
  let bytesRead = 0;
  // The inode as maps prints it, between spaces: most processes do not map the file, and their text need not be parsed.
  const needle = Buffer.from(` ${page.inode} `);
  for (const entry of tryReadDirectory('/proc') ?? []) {
    if (!/^\d+$/.test(entry) || Number(entry) === ownPid) continue;
    const text = tryReadProcBytes(`/proc/${entry}/maps`);
    if (text === undefined) {
      hidden++;
      continue;
    }
    bytesRead += text.length;
    if (!text.includes(needle)) continue;
    const m = parseMaps(text);
    for (let row = 0; row < m.length; row++) {
      if (m.inode[row] !== page.inode || m.dev[row] !== page.dev) continue;
      const offset = m.offsetPage[row] ?? 0;
      const start = m.startPage[row] ?? 0;
      const size = (m.endPage[row] ?? 0) - start;
      if (page.filePage < offset || page.filePage >= offset + size) continue;
      const status = tryReadProcText(`/proc/${entry}/status`);
      if (status === undefined) continue;
      const { name, uids } = parseStatus(status);
      const uid = uids[0] ?? 0;
      sharers.push({
        pid: Number(entry), name, user: users.get(uid) ?? String(uid), start: toAddress(BigInt(start) << 12n),
        pageAddress: toAddress(BigInt(start + page.filePage - offset) << 12n), perms: permsText((m.perms[row] ?? 0) | PERM_MAPPED),
      });
    }
  }
  return { sharers, hidden, bytesRead };
}
