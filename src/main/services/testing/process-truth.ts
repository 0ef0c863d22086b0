import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** What the kernel says of a process, read apart from the product's own code. */

export function statusField(pid: number, name: string): string {
  const match = new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  if (match?.[1] === undefined) throw new Error(`no ${name} in the status of ${pid}`);
  return match[1];
}

export function isRunningFree(pid: number): boolean {
  return statusField(pid, 'TracerPid') === '0' && /^[RSD]/.test(statusField(pid, 'State'));
}

export function isAlive(pid: number): boolean {
  try {
    return !statusField(pid, 'State').startsWith('Z');
  } catch {
    return false;
  }
}

export function readMemory(pid: number, address: bigint, length: number): Buffer {
  const file = openSync(`/proc/${pid}/mem`, 'r');
  try {
    const bytes = Buffer.alloc(length);
    const got = readSync(file, bytes, 0, length, Number(address));
    return bytes.subarray(0, got);
  } finally {
    closeSync(file);
  }
}

/** Each executable mapping of the program's own file, beside the same bytes of the file. */
export function textAndFile(pid: number, path: string): readonly { readonly memory: Buffer; readonly file: Buffer }[] {
  const file = readFileSync(path);
  return readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .filter((line) => line.endsWith(` ${path}`) && line.includes(' r-xp '))
    .map((line) => {
      const [, start = '', end = '', offset = ''] = /^(\w+)-(\w+) r-xp (\w+) /.exec(line) ?? [];
      const length = Math.min(Number.parseInt(end, 16) - Number.parseInt(start, 16), file.length - Number.parseInt(offset, 16));
      return { memory: readMemory(pid, BigInt(`0x${start}`), length), file: file.subarray(Number.parseInt(offset, 16), Number.parseInt(offset, 16) + length) };
    });
}

/** Waits until something holds; how long is the test's own limit. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never came to be: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
