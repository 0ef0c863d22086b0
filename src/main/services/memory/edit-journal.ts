import type { Address } from '../../../shared/address/address.ts';
import { formatRange, rangeFrom } from '../../../shared/address/range.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { EditList, EditPlan, MemoryEdit } from '../../../shared/model/memory-edit.ts';
import type { PatchedByte } from '../../../shared/model/memory-range.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { isUnmappedKind, type Region } from '../../../shared/model/region.ts';
import type { Target } from '../../target/target.ts';

interface Entry {
  readonly edit: MemoryEdit;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export interface WriteRequest {
  readonly start: Address;
  readonly bytes: Uint8Array;
  readonly privateCopy: boolean;
  readonly label: string;
}

/** What a write has to know of the moment it happens in. */
export interface WriteScene {
  readonly target: Target;
  readonly regions: RegionTable;
  /** Bytes that breakpoints replace in memory right now. */
  readonly patched: readonly PatchedByte[];
}

const SHOWN_BYTES = 16;
/** Old and new bytes kept at most; the oldest edits are forgotten first. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** The writes of one session, with the bytes they replaced. Belongs to one target: another program in the same process has other bytes. */
export class EditJournal {
  readonly target: Target;
  #done: Entry[] = [];
  #undone: Entry[] = [];
  #nextId = 1;

  constructor(target: Target) {
    this.target = target;
  }

  list(words = ''): EditList {
    return { done: this.#done.map(({ edit }) => edit), undone: this.#undone.map(({ edit }) => edit).toReversed(), words };
  }

  /** Writes and remembers. Rejects with the codes of `memory.write`; a write that fails half way is taken back. */
  async write(scene: WriteScene, { start, bytes, privateCopy, label }: WriteRequest): Promise<EditList> {
    const plan = planWrite(scene.regions, start, bytes.length);
    if (plan.verdict === 'refused') throw new VmatlasError({ code: plan.code, message: plan.words, evidence: formatRange(rangeFrom(start, bytes.length)), ...(plan.remedy === '' ? {} : { remedy: plan.remedy }) });
    if (plan.verdict === 'confirm' && !privateCopy) throw new VmatlasError({ code: 'needs-confirmation', message: plan.words, remedy: plan.remedy });
    const before = await this.#replace(scene, start, bytes);
    const edit: MemoryEdit = { id: this.#nextId++, start, lengthBytes: bytes.length, label, before: before.slice(0, SHOWN_BYTES), after: bytes.slice(0, SHOWN_BYTES) };
    this.#done.push({ edit, before, after: bytes.slice() });
    this.#undone = [];
    this.#forgetOldest();
    return this.list(`wrote ${label}`);
  }

  async undo(scene: WriteScene): Promise<{ readonly list: EditList; readonly touched: readonly Entry['edit'][] }> {
    const entry = this.#done.at(-1);
    if (entry === undefined) throw nothingTo('undo');
    await this.#replace(scene, entry.edit.start, entry.before);
    this.#done.pop();
    this.#undone.push(entry);
    return { list: this.list(`undid ${entry.edit.label}`), touched: [entry.edit] };
  }

  async redo(scene: WriteScene): Promise<{ readonly list: EditList; readonly touched: readonly Entry['edit'][] }> {
    const entry = this.#undone.at(-1);
    if (entry === undefined) throw nothingTo('do again');
    await this.#replace(scene, entry.edit.start, entry.after);
    this.#undone.pop();
    this.#done.push(entry);
    return { list: this.list(`did ${entry.edit.label} again`), touched: [entry.edit] };
  }

  async undoAll(scene: WriteScene): Promise<{ readonly list: EditList; readonly touched: readonly Entry['edit'][] }> {
    if (this.#done.length === 0) throw nothingTo('undo');
    const touched: MemoryEdit[] = [];
    // oxlint-disable-next-line no-await-in-loop -- newest first, or an older one would be put back over a newer one
    while (this.#done.length > 0) touched.push(...(await this.undo(scene)).touched);
    return { list: this.list(`undid ${touched.length} edit${touched.length === 1 ? '' : 's'}`), touched };
  }

  /** Writes `bytes` and answers with what was there. A breakpoint's byte stays in memory as long as the program's own byte under it does not change. */
  async #replace({ target, patched }: WriteScene, start: Address, bytes: Uint8Array): Promise<Uint8Array> {
    const before = await readAll(target, start, bytes.length);
    const wanted = bytes.slice();
    for (const patch of patched) {
      const at = Number(patch.address - start);
      if (at < 0 || at >= wanted.length) continue;
      if (before[at] === INT3 && wanted[at] !== patch.original) {
        throw new VmatlasError({
          code: 'breakpoint-in-range', message: `Breakpoint ${patch.breakpoint} lies in these bytes; gdb would put its own copy of them back.`,
          remedy: `Remove breakpoint ${patch.breakpoint} first.`,
        });
      }
      if (before[at] === INT3) {
        wanted[at] = INT3;
        before[at] = patch.original;
      }
    }
    try {
      await target.writeMemory(start, wanted);
    } catch (error) {
      await this.#takeBack(target, start, before, patched);
      throw error;
    }
    return before;
  }

  /** The kernel may have written some of it before it refused the rest. What cannot be put back was not written either. */
  async #takeBack(target: Target, start: Address, before: Uint8Array, patched: readonly PatchedByte[]): Promise<void> {
    const old = before.slice();
    for (const { address } of patched) {
      const at = Number(address - start);
      if (at >= 0 && at < old.length) old[at] = INT3;
    }
    await target.writeMemory(start, old).catch(() => undefined);
  }

  #forgetOldest(): void {
    let kept = this.#done.reduce((sum, { before, after }) => sum + before.length + after.length, 0);
    while (kept > KEPT_BYTES && this.#done.length > 1) {
      const oldest = this.#done.shift();
      kept -= (oldest?.before.length ?? 0) + (oldest?.after.length ?? 0);
    }
  }
}

/** `int3` on x86-64. */
const INT3 = 0xcc;

/** All bytes of a range, pages brought in: whoever writes them does so anyway. Rejects with `unreadable` or `unmapped` when one cannot be kept. */
async function readAll(target: Target, start: Address, lengthBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(lengthBytes);
  for (const range of await target.readMemory(rangeFrom(start, lengthBytes), { touchNotPresent: true })) {
    if (range.kind === 'valid') bytes.set(range.bytes, Number(range.start - start));
    else {
      throw new VmatlasError({
        code: range.kind === 'unmapped' ? 'unmapped' : 'unreadable',
        message: range.kind === 'unmapped' ? 'Some of these bytes are not mapped.' : 'The old bytes cannot be read, so the write could not be undone.',
        evidence: range.kind === 'unreadable' ? range.detail : range.kind,
      });
    }
  }
  return bytes;
}

export type CodedPlan = EditPlan & { readonly code: 'unmapped' | 'unreadable' };

/** What writing a range would meet, by its regions. The kernel has the last word when it is done. */
export function planWrite(regions: RegionTable, start: Address, lengthBytes: number): CodedPlan {
  const { end } = rangeFrom(start, lengthBytes);
  let confirm: Region | undefined;
  for (let row = regions.indexAt(start); row >= 0 && row < regions.length && regions.startAt(row) < end; row++) {
    const region = regions.rowAt(row);
    const refused = refusal(region);
    if (refused !== undefined) return refused;
    if (!region.perms.startsWith('w', 1)) confirm ??= region;
  }
  if (confirm === undefined) return { verdict: 'free', words: 'These bytes can be written.', remedy: '', code: 'unreadable' };
  const what = confirm.perms.includes('x') ? 'code that other processes may be running too' : 'read-only for the program itself';
  return {
    verdict: 'confirm', code: 'unreadable',
    words: `${confirm.label === '' ? confirm.kind : confirm.label} is mapped ${confirm.perms}: ${what}. The kernel lets a debugger write it, and makes a private copy of each page that is written; the file and other processes keep theirs.`,
    remedy: 'Confirm that a private copy of the page shall be made.',
  };
}

function refusal(region: Region): CodedPlan | undefined {
  if (isUnmappedKind(region.kind)) return { verdict: 'refused', words: 'No mapping covers these bytes, so there is nothing to write to.', remedy: '', code: 'unmapped' };
  if (region.path.startsWith('[vvar') || region.path === '[vsyscall]') {
    return { verdict: 'refused', words: `${region.path} is the kernel's own page: it can be written by nobody.`, remedy: '', code: 'unreadable' };
  }
  // Forced writes are for private mappings: of a shared one all would see the change (mm/gup.c, check_vma_flags).
  if (region.perms.endsWith('s') && !region.perms.startsWith('w', 1)) {
    return { verdict: 'refused', words: `${region.label} is shared and mapped ${region.perms}: the kernel refuses to write it, because others would see it.`, remedy: 'Write the file itself.', code: 'unreadable' };
  }
  return undefined;
}

function nothingTo(what: string): VmatlasError {
  return new VmatlasError({ code: 'wrong-state', message: `There is nothing to ${what}.` });
}
