import { basename } from 'node:path';
import { addBytes } from '../../../../shared/address/address.ts';
import { PAGE_SIZE_BYTES } from '../../../../shared/address/page.ts';
import { VmatlasError } from '../../../../shared/model/errors.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { AddressFact, MappingFact } from '../../probe/facts.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';

const ANONYMOUS_PAGES = 4;

/** `libc.so.6`, and `libc-2.31.so` as glibc before 2.34 named it. */
const LIBC = /^libc(\.so\.6|-[\d.]+\.so)$/;

export function libcPieces(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const pieces = probe.mappings().filter(({ path }) => LIBC.test(basename(path)));
  const [first] = pieces;
  if (first === undefined) check.cannot('No mapping of this program is libc’s: it may be linked statically, or with another C library.');
  const lines = pieces.map(({ evidence }) => evidence);
  check.expect(pieces.length >= 4 && new Set(pieces.map(fileOf)).size === 1, `${pieces.length} rows of maps are ${first.path}: one file, at least four mappings.`, ...lines);
  for (const [perms, what] of [['r-xp', 'code: read and run'], ['r--p', 'headers, constants, RELRO: read only'], ['rw-p', 'data: read and write']] as const) {
    const such = pieces.filter((piece) => piece.perms === perms);
    check.expect(such.length > 0, `${perms}, ${what}.`, ...(such.length > 0 ? such : pieces));
  }
  check.expect(!pieces.some(({ perms }) => perms.includes('wx')), 'None may be both written to and run.', ...lines);
  check.expect(isConsecutive(pieces), 'Each begins in the file where the one before it ended, or in that very page: a page on a border is mapped twice.', ...lines);
  return Promise.resolve();
}

/** Device, inode and path, as the line has them. */
function fileOf({ evidence }: MappingFact): string {
  return evidence.text.trim().split(/\s+/).slice(3).join(' ');
}

/** Older linkers leave a piece without permissions between code and data, which stands for nothing of the file. */
export function isConsecutive(pieces: readonly Pick<MappingFact, 'start' | 'end' | 'offset' | 'perms'>[]): boolean {
  const used = pieces.filter(({ perms }) => perms !== '---p');
  return used.every((piece, at) => {
    const before = used[at - 1];
    if (before === undefined) return piece.offset === 0n;
    const ended = before.offset + (before.end - before.start);
    return piece.start >= before.end && (piece.offset === ended || piece.offset === ended - BigInt(PAGE_SIZE_BYTES));
  });
}

export async function mappingKinds(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const file = await probe.printed('file');
  const row = async (name: string): Promise<MappingFact> => mapped(probe, await probe.printedAddress(name));
  const [sharedFile, privateFile, anonymous, sharedAnonymous] = await Promise.all([row('shared_file'), row('private_file'), row('anonymous'), row('shared_anonymous')]);
  check.expect(sharedFile.perms === 'rw-s' && sharedFile.path === file.text, 'shared_file: rw-s, and the path is the program’s file.', sharedFile, file);
  check.expect(privateFile.perms === 'rw-p' && privateFile.path === file.text, 'private_file: rw-p, the same path.', privateFile);
  check.expect(fileOf(sharedFile) === fileOf(privateFile) && sharedFile.offset === privateFile.offset, 'Both show the same bytes of the same file: equal offset, device and inode.', sharedFile, privateFile);
  check.expect(anonymous.perms === 'rw-p' && fileOf(anonymous).startsWith('00:00 0'), 'anonymous: rw-p, no file (device 00:00, inode 0).', anonymous);
  check.expect(sharedAnonymous.perms === 'rw-s' && sharedAnonymous.path === '/dev/zero (deleted)', 'shared_anonymous: rw-s; the kernel keeps it as a file that has no name any more, shown as /dev/zero.', sharedAnonymous);
}

export async function samePages(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const [shared, own] = await Promise.all([page(probe, 'shared_file'), page(probe, 'private_file')]);
  check.expect(shared.present && shared.fileOrShared, 'The shared mapping’s first page is present, and a page of a file (bit 61).', shared);
  check.expect(own.present && own.fileOrShared, 'So is the private mapping’s: it has only been read.', own);
  if (shared.frame !== undefined && own.frame !== undefined) check.expect(shared.frame === own.frame, `Both are frame 0x${shared.frame.toString(16)}: one page of memory.`, shared, own);
  else check.note('Frame numbers are hidden from unprivileged readers; equal ones would show that it is one page.', shared, own);
}

export async function sharedWrite(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const [file, at] = await Promise.all([probe.printed('file'), probe.printedAddress('shared_file')]);
  const inMemory = await probe.memory(addBytes(at.address, 1), 1);
  const inFile = probe.fileBytes(1n, 1, file.text);
  check.expect(letter(inMemory.bytes) === 'S', 'Memory holds the S that was written to shared_file[1].', at, inMemory);
  check.expect(letter(inFile.bytes) === 'S', 'The file, read with read(2), holds S at offset 1.', inFile);
  const now = await page(probe, 'shared_file');
  check.expect(now.present && now.fileOrShared, 'The page is still the file’s (bit 61).', now);
}

export async function privateWrite(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const [file, at] = await Promise.all([probe.printed('file'), probe.printedAddress('private_file')]);
  const inMemory = await probe.memory(at.address, 1);
  const inFile = probe.fileBytes(0n, 1, file.text);
  check.expect(letter(inMemory.bytes) === 'P', 'Memory holds the P that was written to private_file[0].', at, inMemory);
  check.expect(letter(inFile.bytes) === 'f', 'The file still holds f at offset 0.', inFile);
  const [own, shared] = await Promise.all([page(probe, 'private_file'), page(probe, 'shared_file')]);
  check.expect(own.present && !own.fileOrShared, 'The page is no longer the file’s: bit 61 is clear.', own);
  check.expect(own.frame === undefined || own.frame !== shared.frame, 'It is not the frame that the shared mapping shows.', own, shared);
  const row = mapped(probe, at);
  check.expect(row.path === file.text, 'The row of maps still has the file’s path: it does not tell which of its pages are copies.', row);
}

export async function anonymousPages(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const { address } = await probe.printedAddress('anonymous');
  const pages = await Promise.all(Array.from({ length: ANONYMOUS_PAGES }, (_, at) => probe.page(addBytes(address, at * PAGE_SIZE_BYTES))));
  const [first, ...others] = pages;
  if (first === undefined) return;
  check.expect(first.present && !first.fileOrShared, 'The first page, which was written to, is present and anonymous.', first);
  check.expect(others.every(({ present, swapped }) => !present && !swapped), 'The other three are absent: no memory stands behind them.', ...others);
}

function mapped(probe: LabProbe, { address, evidence }: AddressFact): MappingFact {
  const row = probe.mappingAt(address);
  if (row) return row;
  throw new VmatlasError({ code: 'unmapped', message: 'What the program printed is not mapped.', evidence: evidence.text });
}

async function page(probe: LabProbe, name: string): ReturnType<LabProbe['page']> {
  return probe.page((await probe.printedAddress(name)).address);
}

export function letter(bytes: Uint8Array): string {
  return String.fromCharCode(bytes[0] ?? 0);
}

