import type { Address } from '../address/address.ts';
import { PAGE_COUNT_OF_SPACE } from '../address/page.ts';
import type { LoadedModule } from '../model/loaded-module.ts';
import type { MappingColumns } from '../model/mapping-columns.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE, type RegionTable } from '../model/region-table.ts';
import type { MappedKind, RegionKind } from '../model/region.ts';
import type { FoundModules } from './find-modules.ts';
import { baseName, meaningOfName, type NameMeaning } from './mapping-names.ts';
import { makeOverlays, type Overlay } from './overlays.ts';
import { KIND_CODE, RegionWriter, type RegionNote, type RegionOrigins } from './region-writer.ts';
import { RULE_CODE, type Rule } from './rules.ts';
import type { SpaceFacts } from './space-facts.ts';
import { unmappedZones, type UnmappedZone } from './unmapped-zones.ts';

/** The whole space, and what its evidence is made from. */
export interface Classification {
  readonly regions: RegionTable;
  readonly origins: RegionOrigins;
  readonly mappings: MappingColumns;
  readonly found: FoundModules;
  readonly facts: SpaceFacts;
  /** Same order as the module indices of the regions. */
  readonly modules: readonly LoadedModule[];
  /** End of the last [heap] mapping, else the initial break. */
  readonly programBreak: Address | undefined;
  /** Lowest address the main stack may grow to. */
  readonly stackLimit: Address | undefined;
}

/**
 * Gives every byte of the 64-bit space one kind. Pure. Rows come out ascending and gapless from 0 to 2^64; a mapping is split only where kinds or parts meet, and two mappings
 * are never joined. Most mappings are told by their own line; overlays (ELF images, thread stacks, arenas, pieces of the main stack) say more about some.
 */
export function classify(mappings: MappingColumns, found: FoundModules, facts: SpaceFacts): Classification {
  const { zones, stackLimit } = unmappedZones(mappings, facts);
  const pass = new Pass(mappings, found, facts, zones);
  const { regions, origins } = pass.run();
  return { regions, origins, mappings, found, facts, modules: found.images.map((image) => image.module), programBreak: programBreak(mappings, facts), stackLimit };
}

function programBreak(mappings: MappingColumns, facts: SpaceFacts): Address | undefined {
  const heap = mappings.names.indexOf('[heap]');
  if (heap > 0) {
    for (let row = mappings.length - 1; row >= 0; row--) if (mappings.name[row] === heap) return (BigInt(mappings.endPage[row] ?? 0) << 12n) as Address;
  }
  return facts.startBrk;
}

class Pass {
  readonly #m: MappingColumns;
  readonly #found: FoundModules;
  readonly #zones: readonly UnmappedZone[];
  readonly #zoneNotes: RegionNote[];
  readonly #writer: RegionWriter;
  readonly #meanings: (NameMeaning | undefined)[];
  readonly #overlays: Overlay[];
  readonly #strays: ReadonlyMap<number, number>;
  readonly #notes = new Map<string, RegionNote>();
  /** Notes of unnamed anonymous memory by permission bits: the commonest rows need no lookup by text. */
  readonly #anonymousNotes: (RegionNote | undefined)[] = [];
  readonly #genuineNames: ReadonlySet<string>;
  readonly #threadStacks: SpaceFacts['threadStacks'];
  #zone = 0;

  constructor(mappings: MappingColumns, found: FoundModules, facts: SpaceFacts, zones: readonly UnmappedZone[]) {
    this.#m = mappings;
    this.#found = found;
    this.#zones = zones;
    this.#writer = new RegionWriter(mappings);
    this.#genuineNames = facts.genuineNames;
    this.#threadStacks = facts.threadStacks;
    this.#meanings = mappings.names.map(() => undefined);
    this.#overlays = makeOverlays(mappings, found.images, facts);
    this.#strays = new Map(found.strays.map(({ row, moduleIndex }) => [row, moduleIndex]));
    this.#zoneNotes = zones.map((zone) => this.#note(zone.kind, zone.rule, zone.label, { part: zone.part }));
  }

  run(): { regions: RegionTable; origins: RegionOrigins } {
    const m = this.#m;
    const overlays = this.#overlays;
    let at = 0;
    let next = 0;
    // Page bounds of the next overlay, so that rows away from any overlay cost two comparisons.
    let overlayStart = overlays[0] ? Number(overlays[0].start >> 12n) : Infinity;
    let overlayEnd = overlays[0] ? Number((overlays[0].end + 0xfffn) >> 12n) : Infinity;
    for (let row = 0; row < m.length; row++) {
      const start = m.startPage[row] ?? 0;
      const end = m.endPage[row] ?? 0;
      if (start > at) this.#addUnmapped(at, start);
      at = end;
      while (overlayEnd <= start) {
        const overlay = overlays[++next];
        overlayStart = overlay ? Number(overlay.start >> 12n) : Infinity;
        overlayEnd = overlay ? Number((overlay.end + 0xfffn) >> 12n) : Infinity;
      }
      if (overlayStart >= end) this.#writer.addMapped(row, start, 0, end, 0, this.#ownNote(row));
      else this.#addOverlaid(row, next);
    }
    if (at < PAGE_COUNT_OF_SPACE) this.#addUnmapped(at, PAGE_COUNT_OF_SPACE);
    return this.#writer.finish(this.#found.images.map((image) => image.module.ref));
  }

  #addUnmapped(start: number, end: number): void {
    let at = start;
    while (at < end) {
      const zone = this.#zones[this.#zone];
      if (!zone) throw new RangeError('the zones must cover the whole space');
      if (zone.endPage <= at) {
        this.#zone++;
        continue;
      }
      const stop = Math.min(zone.endPage, end);
      this.#writer.addUnmapped(at, stop, this.#zoneNotes[this.#zone] ?? this.#note('gap', 'gap', 'unmapped', {}));
      at = stop;
    }
  }

  /** A row that overlays touch: each byte goes to the overlay if that has something to say about this mapping, else to the mapping's own kind. */
  #addOverlaid(row: number, firstOverlay: number): void {
    const m = this.#m;
    const rowStart = BigInt(m.startPage[row] ?? 0) << 12n;
    const rowEnd = BigInt(m.endPage[row] ?? 0) << 12n;
    const runs: { end: bigint; note: RegionNote }[] = [];
    let at = rowStart;
    const push = (end: bigint, note: RegionNote): void => {
      if (end <= at) return;
      const last = runs.at(-1);
      if (last?.note === note) last.end = end;
      else runs.push({ end, note });
      at = end;
    };
    for (let i = firstOverlay; i < this.#overlays.length; i++) {
      const overlay = this.#overlays[i];
      if (!overlay || overlay.start >= rowEnd) break;
      if (overlay.end <= rowStart) continue;
      const note = this.#overlayNote(row, overlay);
      if (!note) continue;
      if (overlay.start > at) push(overlay.start, this.#ownNote(row));
      push(overlay.end < rowEnd ? overlay.end : rowEnd, note);
    }
    push(rowEnd, this.#ownNote(row));
    let start = rowStart;
    for (const run of runs) {
      this.#writer.addMapped(row, Number(start >> 12n), Number(start & 0xfffn), Number(run.end >> 12n), Number(run.end & 0xfffn), run.note);
      start = run.end;
    }
  }

  #overlayNote(row: number, overlay: Overlay): RegionNote | undefined {
    const m = this.#m;
    const perms = m.perms[row] ?? 0;
    if (overlay.what === 'cut') return this.#cutNote(row, overlay);
    const meaning = this.#meaning(row);
    if (perms & PERM_SHARED || (m.inode[row] ?? 0) !== 0 || (meaning.what !== 'anonymous' && meaning.what !== 'anon-named')) return undefined;
    const noAccess = (perms & (PERM_READ | PERM_WRITE | PERM_EXEC)) === 0;
    const where = { ref: overlay.ref, sub: overlay.sub, tid: overlay.tid };
    switch (overlay.what) {
      case 'arena':
        return noAccess ? undefined : this.#note('arena', 'arena', 'malloc arena', where);
      case 'arena-room':
        return noAccess ? this.#note('reserved', 'arena-room', 'arena reserve', { ...where, part: 'arena reserve' }) : undefined;
      case 'stack-piece':
        return this.#note('stack', 'stack-piece', '[stack]', { ...where, part: 'changed permissions' });
      case 'stack-guard':
        return this.#note('guard', 'stack-piece', 'stack guard', where);
      case 'thread-guard':
      case 'thread-stack': {
        const rule: Rule = overlay.how === 'memory' ? 'thread-stack' : overlay.how === 'sp' ? 'thread-sp' : 'thread-shape';
        const owner = overlay.tid === 0 ? 'thread' : `thread ${overlay.tid}`;
        // A runtime may guard pages inside its stacks too: what allows no access is a guard, wherever it lies in the block.
        const inMapping = overlay.what === 'thread-guard' && overlay.how === 'memory' && this.#threadStacks[overlay.ref]?.guardInMapping === true;
        if (noAccess || inMapping) return this.#note('guard', rule, `${owner} guard`, where);
        return overlay.what === 'thread-stack' ? this.#note('thread-stack', rule, `${owner} stack`, where) : undefined;
      }
    }
  }

  #cutNote(row: number, overlay: Overlay): RegionNote | undefined {
    const m = this.#m;
    const image = this.#found.images[overlay.ref];
    const cut = image?.cuts[overlay.sub];
    if (!image || !cut) return undefined;
    const perms = m.perms[row] ?? 0;
    const where = { module: overlay.ref + 1, ref: overlay.ref, sub: overlay.sub };
    const name = baseName(image.module.ref.path);
    const guessed = image.module.facts === undefined;
    if ((m.inode[row] ?? 0) !== 0) {
      if (perms & PERM_SHARED || m.inode[row] !== image.module.inode || m.dev[row] !== image.module.dev) return undefined;
      if (cut.kind === 'hole') return this.#note('reserved', 'elf-hole', `${name} hole`, { ...where, part: 'hole between segments' });
      const rule: Rule = guessed ? 'elf-guessed' : 'elf-segment';
      if (cut.kind === 'relro' && perms & PERM_WRITE) return this.#note('data', 'unprotected-relro', `${name} data`, { ...where, part: 'relro, still writable' });
      const part = cut.kind === 'bss' ? 'file tail' : cut.part;
      return this.#note(cut.kind, rule, cutLabel(name, cut.kind, part), { ...where, part });
    }
    const meaning = this.#meaning(row);
    if (perms & PERM_SHARED || (meaning.what !== 'anonymous' && meaning.what !== 'heap' && meaning.what !== 'anon-named')) return undefined;
    // Without brk randomisation the heap begins where .bss ends, and the kernel may merge both into one mapping called [heap].
    if (cut.kind === 'bss') return this.#note('bss', guessed ? 'elf-guessed' : 'elf-segment', `${name} bss`, { ...where, part: 'anonymous tail' });
    if (meaning.what === 'heap') return undefined;
    if (cut.kind === 'relro' && image.module.facts && !(perms & PERM_WRITE)) return this.#note('relro', 'elf-segment', `${name} relro`, { ...where, part: 'anonymous tail' });
    if (cut.kind === 'hole' && (perms & (PERM_READ | PERM_WRITE | PERM_EXEC)) === 0) return this.#note('reserved', 'elf-hole', `${name} hole`, { ...where, part: 'hole between segments' });
    if (cut.kind === 'text' && perms & PERM_EXEC) return this.#note('text', 'anonymous-text', `${name} text`, { ...where, part: 'anonymous copy' });
    return undefined;
  }

  /** The kind a mapping has by its own line. */
  #ownNote(row: number): RegionNote {
    const perms = this.#m.perms[row] ?? 0;
    if (this.#m.name[row] === 0) {
      let note = this.#anonymousNotes[perms];
      if (!note) this.#anonymousNotes[perms] = note = this.#anonymousNote(perms, '');
      return note;
    }
    const meaning = this.#meaning(row);
    switch (meaning.what) {
      case 'anonymous': return this.#anonymousNote(perms, '');
      case 'heap': return this.#note('heap', 'brk-heap', '[heap]', {});
      case 'stack': return this.#note('stack', 'kernel-name', '[stack]', {});
      case 'vdso': return this.#note('vdso', 'kernel-name', '[vdso]', { module: this.#vdsoModule(row) });
      case 'vvar': return this.#note('vvar', 'kernel-name', this.#m.names[this.#m.name[row] ?? 0] ?? '[vvar]', {});
      case 'vsyscall': return this.#note('vsyscall', 'kernel-name', '[vsyscall]', {});
      case 'thread-stack': return this.#note('thread-stack', 'old-stack-name', `thread ${meaning.tid} stack`, { tid: meaning.tid });
      case 'zero':
      case 'huge-anonymous':
        return perms & PERM_SHARED ? this.#sharedNote(perms, 'shared anonymous') : this.#anonymousNote(perms, meaning.label);
      case 'anon-named':
        return jitRule(perms) ? this.#anonymousNote(perms, meaning.label) : this.#note('anon-named', 'given-name', meaning.label, {});
      case 'shm': return this.#sharedNote(perms, meaning.label);
      case 'device': return this.#note('device', 'device', meaning.label, {});
      case 'file': return this.#fileNote(row, perms, meaning.label);
    }
  }

  #anonymousNote(perms: number, label: string): RegionNote {
    if (perms & PERM_SHARED) return this.#sharedNote(perms, label || 'shared anonymous');
    const jit = jitRule(perms);
    if (jit) return this.#note('jit', jit, label || 'generated code', {});
    if ((perms & (PERM_READ | PERM_WRITE)) === 0) return this.#note('reserved', 'no-access', label || 'reserved', {});
    return this.#note('anon', label === '' ? 'anonymous' : 'huge-pages', label || 'anonymous', {});
  }

  #sharedNote(perms: number, label: string): RegionNote {
    const jit = jitRule(perms);
    return jit ? this.#note('jit', jit, label, {}) : this.#note('shm', 'shm', label, {});
  }

  #fileNote(row: number, perms: number, label: string): RegionNote {
    const stray = this.#strays.get(row);
    if (stray !== undefined && !(perms & PERM_WRITE)) return this.#note('text', 'stray-code', `${label} text`, { module: stray + 1, ref: stray, part: 'second mapping' });
    if (perms & PERM_WRITE && perms & PERM_EXEC) return this.#note('jit', 'writable-executable', label, {});
    return perms & PERM_SHARED ? this.#note('file-shared', 'shared-file', label, {}) : this.#note('file-private', 'private-file', label, {});
  }

  #vdsoModule(row: number): number {
    return this.#found.images.findIndex(({ module }) => module.ref.role === 'vdso' && module.firstRow === row) + 1;
  }

  #meaning(row: number): NameMeaning {
    const name = this.#m.name[row] ?? 0;
    const text = this.#m.names[name] ?? '';
    return (this.#meanings[name] ??= meaningOfName(text, this.#genuineNames.has(text)));
  }

  /** Equal notes are the same object, so that runs can be joined by identity. */
  #note(kind: RegionKind, rule: Rule, label: string, more: { part?: string; module?: number; tid?: number; ref?: number; sub?: number }): RegionNote {
    const { part = '', module = 0, tid = 0, ref = -1, sub = -1 } = more;
    const key = `${kind}\0${rule}\0${label}\0${part}\0${module}\0${tid}\0${ref}\0${sub}`;
    let note = this.#notes.get(key);
    if (!note) {
      const { pool } = this.#writer;
      note = { kind: KIND_CODE[kind], part: pool.add(part), label: pool.add(label), module, tid, rule: RULE_CODE[rule], ref, sub };
      this.#notes.set(key, note);
    }
    return note;
  }
}

function jitRule(perms: number): Rule | undefined {
  if (!(perms & PERM_EXEC)) return undefined;
  return perms & PERM_WRITE ? 'writable-executable' : 'anonymous-executable';
}

function cutLabel(moduleName: string, kind: MappedKind, part: string): string {
  return part === 'ELF headers' ? `${moduleName} ELF headers` : `${moduleName} ${kind}`;
}
