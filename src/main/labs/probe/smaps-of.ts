import { formatPlainAddress, type Address } from '../../../shared/address/address.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { LabEvidence } from '../../../shared/model/lab.ts';
import { processError, readProcText } from '../../procfs/read-proc.ts';
import { parseSmaps } from '../../procfs/smaps.ts';

/** A mapping as /proc/PID/smaps counts it. */
export interface SmapsFact {
  /** As maps prints it. */
  readonly line: string;
  /** In bytes, by field name; fields differ between kernels. */
  readonly bytes: ReadonlyMap<string, bigint>;
  /** The line, and those fields that were asked for. */
  readonly evidence: LabEvidence;
}

/** What smaps says of the mapping that holds an address (proc_pid_smaps(5)). Throws `unmapped`, `process-exited` or `permission-denied`. */
export function smapsOf(pid: number, address: Address, fields: readonly string[]): SmapsFact {
  const entry = read(pid).find(({ line }) => {
    const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line) ?? [];
    return start !== undefined && end !== undefined && address >= BigInt(`0x${start}`) && address < BigInt(`0x${end}`);
  });
  if (!entry) throw new VmatlasError({ code: 'unmapped', message: `Nothing is mapped at ${formatPlainAddress(address)}.` });
  const { line, bytes } = entry;
  const counted = fields.map((field) => `${field}: ${bytes.has(field) ? `${(bytes.get(field) ?? 0n) / 1024n} kB` : 'not told by this kernel'}`);
  return { line, bytes, evidence: { from: `/proc/${pid}/smaps`, text: [line, ...counted].join('; ') } };
}

function read(pid: number): ReturnType<typeof parseSmaps> {
  try {
    return parseSmaps(readProcText(`/proc/${pid}/smaps`));
  } catch (error) {
    throw error instanceof VmatlasError ? error : processError(error, pid, 'smaps');
  }
}
