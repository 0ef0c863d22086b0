import { toAddress } from '../../address/address.ts';
import type { RawStackWord } from '../../model/stack.ts';
import { viewOf, type ReadBytes } from './read-bytes.ts';
import { decodeInstruction } from './x86-instruction.ts';

export interface RawSources {
  /** Code bytes. */
  readonly readCode: ReadBytes;
  isExecutable(address: bigint): boolean;
  isMapped(address: bigint): boolean;
  /** In the stack that is read. */
  isOnStack(address: bigint): boolean;
  describe(address: bigint): string;
}

/** A call is 2 to 7 bytes long, and 8 with prefixes (Intel SDM vol. 2, CALL). */
const LONGEST_CALL = 8;

/** Says of each word of a stack that nobody unwound what it may be. */
export function classifyWords(start: bigint, bytes: Uint8Array, sources: RawSources): readonly RawStackWord[] {
  const view = viewOf(bytes);
  const words: RawStackWord[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const value = view.getBigUint64(at, true);
    words.push({ address: toAddress(start + BigInt(at)), value, ...classify(value, sources) });
  }
  return words;
}

function classify(value: bigint, sources: RawSources): Pick<RawStackWord, 'kind' | 'words'> {
  if (!sources.isMapped(value)) return { kind: 'data', words: '' };
  if (sources.isExecutable(value) && followsCall(value, sources.readCode)) return { kind: 'return-candidate', words: sources.describe(value) };
  return { kind: sources.isOnStack(value) ? 'stack-pointer' : 'pointer', words: sources.describe(value) };
}

/** Do the bytes before `address` form a call instruction that ends there? */
export function followsCall(address: bigint, read: ReadBytes): boolean {
  const before = read(address - BigInt(LONGEST_CALL), LONGEST_CALL);
  if (!before) return false;
  for (let length = 2; length <= LONGEST_CALL; length++) {
    const instruction = decodeInstruction(before, LONGEST_CALL - length);
    if (instruction?.lengthBytes !== length || instruction.map !== 0) continue;
    // E8: near relative; FF /2: near indirect; FF /3: far, which no compiler makes.
    if (instruction.opcode === 0xe8 || (instruction.opcode === 0xff && (instruction.reg & 7) === 2)) return true;
  }
  return false;
}
