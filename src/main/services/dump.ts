import { openSync, rmSync } from 'node:fs';
import { rangeSize, type AddressRange } from '../../shared/address/range.ts';
import { formatSize } from '../../shared/address/size.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { PatchedByte } from '../../shared/model/memory-range.ts';
import type { CallContext } from '../../shared/rpc/contract.ts';
import type { Target } from '../target/target.ts';
import { dumpMemory, type DumpResult } from './dump-memory.ts';
import { restorePatched } from './patched-bytes.ts';

export interface DumpRequest {
  readonly target: Target;
  readonly range: AddressRange;
  /** Of the new file. */
  readonly path: string;
  /** Written for each byte that can't be read; undefined refuses the dump. */
  readonly fill: number | undefined;
  readonly patched: readonly PatchedByte[];
  readonly context: CallContext;
}

/** Copies memory, as the program has it, to a new file, with progress. A dump that fails or is cancelled leaves no file behind. */
export async function dumpToFile({ target, range, path, fill, patched, context }: DumpRequest): Promise<DumpResult> {
  const total = rangeSize(range);
  let opened = false;
  const open = (): number => {
    const file = create(path);
    opened = true;
    return file;
  };
  const told = (done: bigint): void => context.progress({ done: Number(done), total: Number(total), words: `${formatSize(done)} of ${formatSize(total)}` });
  try {
    return await dumpMemory(withOwnBytes(target, patched), range, open, fill, told, context.signal);
  } catch (error) {
    if (opened) rmSync(path, { force: true });
    if (context.signal.aborted) throw new VmatlasError({ code: 'cancelled', message: 'Saving the memory was cancelled.' }, { cause: error });
    throw error;
  }
}

/** The target as it is without gdb's breakpoints. */
function withOwnBytes(target: Target, patched: readonly PatchedByte[]): Target {
  if (patched.length === 0) return target;
  return {
    identity: target.identity,
    capabilities: target.capabilities,
    readPicture: (signal) => target.readPicture(signal),
    readMemory: (range, options) => target.readMemory(range, options),
    readInto(start, buffer) {
      const got = target.readInto(start, buffer);
      const read = buffer.subarray(0, got);
      const [range] = restorePatched([{ kind: 'valid', start, bytes: read }], patched).ranges;
      if (range?.kind === 'valid' && range.bytes !== read) read.set(range.bytes);
      return got;
    },
    writeMemory: (start, bytes) => target.writeMemory(start, bytes),
    readPagemap: (first, count) => target.readPagemap(first, count),
    threads: () => target.threads(),
    liveness: () => target.liveness(),
    // The session's own.
    dispose: () => undefined,
  };
}

const WHY: Readonly<Record<string, string>> = {
  EEXIST: 'there is a file of this name already', ENOENT: 'the folder does not exist', ENOTDIR: 'the folder is none', EACCES: 'the folder may not be written to',
  ENOSPC: 'the disk is full', EISDIR: 'this is a folder', EROFS: 'the file system is read-only',
};

/** `wx`: never writes over a file that is there. 0600: memory may hold secrets. */
function create(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new VmatlasError({ code: 'io-error', message: `${path} can't be written: ${WHY[code] ?? 'the system refuses it'}.`, evidence: String(error) }, { cause: error });
  }
}
