import { toAddress } from '../../shared/address/address.ts';
import type { AuxiliaryVector } from '../../shared/model/process-facts.ts';
import { malformedProc } from './numbers.ts';

/**
 * Parses the raw bytes of /proc/PID/auxv: pairs of 64-bit little-endian words up to AT_NULL (getauxval(3)). An empty file (kernel thread, zombie) gives no entries. Throws
 * `malformed-input` for a length that is no multiple of a pair, as a 32-bit process has it.
 */
export function parseAuxv(bytes: Uint8Array): AuxiliaryVector {
  if (bytes.length % 16 !== 0) throw malformedProc('The auxiliary vector', `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries = new Map<number, bigint>();
  for (let at = 0; at < bytes.length; at += 16) {
    const key = view.getBigUint64(at, true);
    if (key === 0n) break;
    entries.set(Number(key), view.getBigUint64(at + 8, true));
  }
  const address = (key: number): ReturnType<typeof toAddress> | undefined => {
    const value = entries.get(key);
    return value === undefined || value === 0n ? undefined : toAddress(value);
  };
  return { phdr: address(3), phent: entries.get(4), phnum: entries.get(5), base: address(7), entry: address(9), vdso: address(33), execfn: address(31), random: address(25), entries };
}
