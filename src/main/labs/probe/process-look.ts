import { closeSync, openSync, readSync } from 'node:fs';
import { formatPlainAddress, type Address } from '../../../shared/address/address.ts';
import { pageOf } from '../../../shared/address/page.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { errnoOf } from '../../procfs/read-proc.ts';
import type { BytesFact, MappingFact, PageFact } from './facts.ts';
import { readMappingAt } from './mappings.ts';
import { pageFact } from './page-fact.ts';

const WORD_BYTES = 8;

/** Looks at a process that no session has open, such as the child of a lab's program. Stops nothing. */
export class ProcessLook {
  readonly pid: number;

  constructor(pid: number) {
    this.pid = pid;
  }

  /** The line of maps that covers an address. */
  mappingAt(address: Address): MappingFact | undefined {
    return readMappingAt(this.pid, address);
  }

  /** Throws `process-exited`, `permission-denied` or `unreadable`. */
  memory(address: Address, lengthBytes: number): BytesFact {
    const bytes = this.#read('mem', address, lengthBytes);
    return { bytes, evidence: { from: `/proc/${this.pid}/mem at ${formatPlainAddress(address)}`, text: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ') } };
  }

  /** Pagemap of the page that holds an address (kernel Documentation/admin-guide/mm/pagemap.rst). Touches no page. */
  page(address: Address): PageFact {
    const bytes = this.#read('pagemap', BigInt(pageOf(address)) * BigInt(WORD_BYTES), WORD_BYTES);
    return pageFact(this.pid, address, new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  }

  #read(file: 'mem' | 'pagemap', position: bigint, lengthBytes: number): Uint8Array {
    const path = `/proc/${this.pid}/${file}`;
    const bytes = new Uint8Array(lengthBytes);
    let count = 0;
    try {
      const descriptor = openSync(path, 'r');
      try {
        count = readSync(descriptor, bytes, 0, lengthBytes, Number(position));
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      const errno = errnoOf(error);
      const code = errno === 'ENOENT' || errno === 'ESRCH' ? 'process-exited' : errno === 'EACCES' || errno === 'EPERM' ? 'permission-denied' : 'unreadable';
      throw new VmatlasError({ code, message: `${path} cannot be read at 0x${position.toString(16)}.`, evidence: errno }, { cause: error });
    }
    if (count === lengthBytes) return bytes;
    throw new VmatlasError({ code: 'process-exited', message: `${path} ends at 0x${position.toString(16)}: the process is gone.`, evidence: `${count} of ${lengthBytes} bytes` });
  }
}
