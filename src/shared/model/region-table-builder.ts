import { pageOf, offsetInPage } from '../address/page.ts';
import { toAddress } from '../address/address.ts';
import { PERM_EXEC, PERM_MAPPED, PERM_READ, PERM_SHARED, PERM_WRITE, RegionTable } from './region-table.ts';
import { REGION_KINDS, type ModuleRef, type Region } from './region.ts';

/** Collects regions, in ascending order, into a RegionTable. */
export class RegionTableBuilder {
  readonly #rows: Region[] = [];

  add(region: Region): void {
    const last = this.#rows.at(-1);
    if (last && region.start < last.end) throw new RangeError(`region ${region.label} begins inside ${last.label}`);
    if (region.end <= region.start) throw new RangeError(`region ${region.label} is empty`);
    this.#rows.push(region);
  }

  build(): RegionTable {
    const rows = this.#rows;
    const n = rows.length;
    const pool = new StringPool();
    const modules: ModuleRef[] = [];
    const moduleIndex = new Map<string, number>();
    const columns = {
      length: n, startPage: new Float64Array(n), startOffset: new Uint16Array(n), endPage: new Float64Array(n), endOffset: new Uint16Array(n),
      kind: new Uint8Array(n), perms: new Uint8Array(n), offsetPage: new Float64Array(n), offsetByte: new Uint16Array(n), dev: new Uint32Array(n),
      inode: new Float64Array(n), path: new Uint32Array(n), part: new Uint32Array(n), label: new Uint32Array(n), module: new Uint32Array(n),
      tid: new Uint32Array(n), strings: pool.strings, modules,
    };
    for (const [i, r] of rows.entries()) {
      columns.startPage[i] = pageOf(r.start);
      columns.startOffset[i] = offsetInPage(r.start);
      columns.endPage[i] = pageOf(r.end);
      columns.endOffset[i] = offsetInPage(r.end);
      columns.kind[i] = REGION_KINDS.indexOf(r.kind);
      columns.perms[i] = permsBits(r.perms);
      columns.offsetPage[i] = pageOf(toAddress(r.offset));
      columns.offsetByte[i] = offsetInPage(toAddress(r.offset));
      columns.dev[i] = packDevice(r.dev);
      columns.inode[i] = Number(r.inode);
      columns.path[i] = pool.add(r.path);
      columns.part[i] = pool.add(r.part);
      columns.label[i] = pool.add(r.label);
      columns.tid[i] = r.tid ?? 0;
      if (r.module) {
        const key = `${r.module.role}:${r.module.path}`;
        let index = moduleIndex.get(key);
        if (index === undefined) {
          index = modules.push(r.module);
          moduleIndex.set(key, index);
        }
        columns.module[i] = index;
      }
    }
    return new RegionTable(columns);
  }
}

/** Interned strings; index 0 is ''. */
export class StringPool {
  readonly strings: string[] = [''];
  readonly #index = new Map<string, number>([['', 0]]);

  add(text: string): number {
    let index = this.#index.get(text);
    if (index === undefined) {
      index = this.strings.push(text) - 1;
      this.#index.set(text, index);
    }
    return index;
  }
}

/** Bits of PERM_* from the four characters of maps; 0 for ''. */
export function permsBits(perms: string): number {
  if (perms === '') return 0;
  return PERM_MAPPED | (perms[0] === 'r' ? PERM_READ : 0) | (perms[1] === 'w' ? PERM_WRITE : 0) | (perms[2] === 'x' ? PERM_EXEC : 0) |
    (perms[3] === 's' ? PERM_SHARED : 0);
}

function packDevice(dev: string): number {
  const [major = '0', minor = '0'] = dev.split(':');
  return ((Number.parseInt(major || '0', 16) << 20) | Number.parseInt(minor, 16)) >>> 0;
}
