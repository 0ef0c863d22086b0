import { toAddress, type Address } from '../../../shared/address/address.ts';
import { pageOf, pageStart, toPageNumber } from '../../../shared/address/page.ts';
import { mappingLine, mappingRowOfPage, type MappingColumns } from '../../../shared/model/mapping-columns.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../../../shared/model/region-table.ts';
import { parseMaps } from '../../procfs/maps.ts';
import { processError, readProcBytes } from '../../procfs/read-proc.ts';
import type { MappingFact } from './facts.ts';

/** The lines of /proc/PID/maps, read now. Throws `process-exited` or `permission-denied`. */
export function readMappings(pid: number): readonly MappingFact[] {
  const columns = parse(pid);
  return Array.from({ length: columns.length }, (_, row) => factOf(columns, row, pid));
}

/** The line that covers an address. */
export function readMappingAt(pid: number, address: Address): MappingFact | undefined {
  const columns = parse(pid);
  const row = mappingRowOfPage(columns, pageOf(address));
  return row < 0 ? undefined : factOf(columns, row, pid);
}

function parse(pid: number): MappingColumns {
  try {
    return parseMaps(readProcBytes(`/proc/${pid}/maps`));
  } catch (error) {
    throw processError(error, pid, 'the mappings');
  }
}

function factOf(columns: MappingColumns, row: number, pid: number): MappingFact {
  const bits = columns.perms[row] ?? 0;
  return {
    start: pageAddress(columns.startPage[row]),
    end: pageAddress(columns.endPage[row]),
    perms: `${bits & PERM_READ ? 'r' : '-'}${bits & PERM_WRITE ? 'w' : '-'}${bits & PERM_EXEC ? 'x' : '-'}${bits & PERM_SHARED ? 's' : 'p'}`,
    offset: BigInt(columns.offsetPage[row] ?? 0) << 12n,
    path: columns.names[columns.name[row] ?? 0] ?? '',
    evidence: { from: `/proc/${pid}/maps`, text: mappingLine(columns, row) },
  };
}

function pageAddress(page: number | undefined): Address {
  return page === undefined ? toAddress(0n) : pageStart(toPageNumber(page));
}
