import { addBytes, formatAddress, type Address } from '../../../shared/address/address.ts';
import { formatRange, rangeFrom } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { memoryRangeLength, type MemoryRange, type PatchedByte } from '../../../shared/model/memory-range.ts';

const ROW_BYTES = 16;

/**
 * Hex rows of bytes that arrive in pieces: sixteen to a row from the first address on, `??` for each byte that was not read and a blank in the text column. Runs of a
 * million unreadable bytes cost one `??` each, as asked.
 */
export class HexDump {
  #row: (number | undefined)[] = [];
  #rowStart: Address;
  readonly #namesIn: ((start: Address, row: readonly (number | undefined)[]) => readonly string[]) | undefined;

  /** `namesIn` says what to write behind a row. */
  constructor(start: Address, namesIn?: (start: Address, row: readonly (number | undefined)[]) => readonly string[]) {
    this.#rowStart = start;
    this.#namesIn = namesIn;
  }

  /** Text of the rows that these ranges complete. Ranges must follow one another without gap. */
  add(ranges: readonly MemoryRange[]): string {
    const lines: string[] = [];
    for (const range of ranges) {
      const length = Number(memoryRangeLength(range));
      for (let i = 0; i < length; i++) {
        this.#row.push(range.kind === 'valid' ? range.bytes[i] : undefined);
        if (this.#row.length === ROW_BYTES) lines.push(this.#takeRow());
      }
    }
    return lines.join('');
  }

  /** The last, shorter row. */
  end(): string {
    return this.#row.length === 0 ? '' : this.#takeRow();
  }

  #takeRow(): string {
    const cells = this.#row.map((byte) => (byte === undefined ? '??' : byte.toString(16).padStart(2, '0')));
    const halves = [cells.slice(0, 8), cells.slice(8)].map((half) => half.join(' ').padEnd(23));
    const text = this.#row.map((byte) => (byte === undefined ? ' ' : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    const names = this.#namesIn?.(this.#rowStart, this.#row) ?? [];
    const line = `${formatAddress(this.#rowStart)}  ${halves.join('  ')}  |${text}|${names.length > 0 ? `  ${names.join(', ')}` : ''}\n`;
    this.#rowStart = addBytes(this.#rowStart, this.#row.length);
    this.#row = [];
    return line;
  }
}

/** Bytes that were not read, neighbours with the same reason joined. */
export class Holes {
  readonly #runs: { readonly start: Address; lengthBytes: bigint; readonly why: string }[] = [];
  validBytes = 0n;

  add(ranges: readonly MemoryRange[]): void {
    for (const range of ranges) {
      const why = whyNotRead(range);
      const lengthBytes = memoryRangeLength(range);
      if (why === undefined) {
        this.validBytes += lengthBytes;
        continue;
      }
      const last = this.#runs.at(-1);
      if (last?.why === why && last.start + last.lengthBytes === range.start) last.lengthBytes += lengthBytes;
      else this.#runs.push({ start: range.start, lengthBytes, why });
    }
  }

  get any(): boolean {
    return this.#runs.length > 0;
  }

  /** `0x… – 0x… (4 KiB): no mapping covers these bytes`, one line each. */
  lines(): string[] {
    return this.#runs.map(({ start, lengthBytes, why }) => `${formatRange(rangeFrom(start, lengthBytes))} (${formatSize(lengthBytes)}): ${why}`);
  }
}

const NOT_PRESENT_WORDS: Readonly<Record<Extract<MemoryRange, { kind: 'not-present' }>['why'], string>> = {
  'untouched': 'not read: never touched, so no page is there yet (leave out --no-touch to read it)',
  'not-resident-file': 'not read: of a file and not in memory now (leave out --no-touch to read it)',
  'swapped': 'not read: swapped out (leave out --no-touch to read it)',
  'guard': 'a guard page: no access may touch it',
};

/** Why bytes are missing, in words; undefined for bytes that are there. */
export function whyNotRead(range: MemoryRange): string | undefined {
  switch (range.kind) {
    case 'valid': return undefined;
    case 'unmapped': return 'no mapping covers these bytes';
    case 'unreadable': return `the kernel refuses (${range.reason})${range.detail === '' ? '' : `: ${range.detail}`}`;
    case 'not-present': return NOT_PRESENT_WORDS[range.why];
  }
}

/** Bytes that breakpoints replaced, where the program's own are shown. */
export function patchedLines(patched: readonly PatchedByte[]): string[] {
  return patched.map(({ address, original, breakpoint }) => `${formatAddress(address)}: breakpoint ${breakpoint} is in memory here; the program's own byte ${original.toString(16).padStart(2, '0')} is shown`);
}
