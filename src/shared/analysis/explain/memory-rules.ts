import { formatAddress, toAddress, type Address } from '../../address/address.ts';
import { formatSize } from '../../address/size.ts';
import type { CauseId, FaultObject } from '../../model/explanation.ts';
import type { Region } from '../../model/region.ts';
import type { RegionTable } from '../../model/region-table.ts';
import { mapsLine, placeWords, regionName, symbolWords } from './place.ts';
import { BUS_ADRERR, SEGV_PKUERR } from './signal-codes.ts';
import { evidence, type Rule, type Scene, type Verdict } from './verdict.ts';

/** How far behind an object an access is still taken for one that ran over its end. */
const OVERRUN_BYTES = 4096n;
/** Fields of an object, and elements of an array of that size, that a null pointer is asked for. */
const NULL_REACH = 1n << 16n;

const touches = ({ attempt }: Scene): boolean => attempt.access === 'read' || attempt.access === 'write';

export const nullDereference: Rule = (scene) => {
  const { attempt, place, findings } = scene;
  const { address } = attempt;
  if (!touches(scene) || address === undefined) return undefined;
  const operand = attempt.operands.find(({ faulted }) => faulted);
  const base = operand?.registers[0];
  const viaNull = operand !== undefined && (base?.value === 0n || operand.registers.length === 0);
  const signed = BigInt.asIntN(64, address);
  const isLow = place.gap?.kind === 'null';
  // Through a null pointer one may reach far (an array's element), or below it (a container of a member).
  const far = viaNull && base?.value === 0n && operand.registers.every(({ value }) => value < NULL_REACH << 8n) && signed > -NULL_REACH;
  if (!isLow && !far) return undefined;
  const certain = viaNull || address < 4096n;
  const { field } = findings;
  const what = field ? `field ${field.name} of ${field.type} (offset ${field.offsetBytes})` : address === 0n ? 'what it points to' : `${signed < 0n ? `${-signed} bytes before` : `offset ${signed}`} of what it points to`;
  const named = field?.pointer === undefined ? 'A null pointer' : `The pointer ${field.pointer} is null: it`;
  const evidences = [
    ...(base?.value === 0n ? [evidence('registers', `${base.name} is 0, and the operand is ${operand?.text ?? ''}`)] : []),
    ...(field && findings.fieldWords !== undefined ? [evidence('debug-information', findings.fieldWords)] : []),
    evidence('maps', `nothing may be mapped below ${formatAddress(toAddress(scene.ground.regions.endAt(0)))} (vm.mmap_min_addr)`),
  ];
  return {
    id: 'null-dereference', certainty: certain ? 'certain' : 'likely', title: attempt.access === 'write' ? 'Write through a null pointer' : 'Read through a null pointer',
    text: `${named} was used to ${attempt.access} ${what}.`, rule: 'The lowest pages are never mapped (vm.mmap_min_addr), so that null pointers fault.', evidence: evidences,
  };
};

export const nonCanonical: Rule = (scene) => {
  const { attempt, place, facts } = scene;
  if (!touches(scene) || attempt.address === undefined || place.gap?.kind !== 'non-canonical') return undefined;
  const text = asText(attempt.address);
  return {
    id: 'non-canonical', certainty: 'certain', title: `${verb(attempt.access)} of an address that is none`,
    text: `The pointer holds ${formatAddress(attempt.address)}, which is no address at all: it was overwritten, or never set${text === undefined ? '' : `. Its bytes are the text "${text}"`}.`,
    rule: 'Bits 63 to 47 of an address must be equal (canonical form); the processor refuses others, and does not tell the kernel which it was.',
    evidence: [evidence('siginfo', `si_code ${facts.code} (SI_KERNEL), si_addr 0: the address is the operand’s`)],
  };
};

export const kernelAddress: Rule = (scene) => {
  const { attempt, place } = scene;
  const vsyscall = place.region?.kind === 'vsyscall';
  if (!touches(scene) || attempt.address === undefined || (place.gap?.kind !== 'kernel' && !vsyscall)) return undefined;
  return {
    id: 'kernel-address', certainty: 'certain', title: `${verb(attempt.access)} in the kernel’s half`,
    text: vsyscall ? 'The vsyscall page lies in the kernel’s half: it may be called at its entry points, and not be read.' : `${formatAddress(attempt.address)} belongs to the kernel: the pointer is wrong, or a small negative number was used as one.`,
    rule: 'The upper half of the address space is the kernel’s: its pages are not for the program.', evidence: [],
  };
};

export const guardRegion: Rule = (scene) => {
  const { attempt, place, ground } = scene;
  const { address } = attempt;
  if (!touches(scene) || address === undefined || place.region === undefined) return undefined;
  const marked = ground.isGuardPage(address);
  if (!marked && place.region.kind !== 'guard') return undefined;
  const stack = place.region.tid === undefined ? '' : `, which guards the stack of thread ${place.region.tid}`;
  return {
    id: 'guard', certainty: 'certain', title: `${verb(attempt.access)} in a guard page`,
    text: marked ? 'The page is a guard that the program or a library has put into its memory (madvise MADV_GUARD_INSTALL): something ran over the end of what lies beside it, or a pointer is wrong.'
      : `The address is in a page that nobody may touch${stack}: something ran over the end of what lies beside it, or a pointer is wrong.`,
    rule: marked ? 'A guard page faults on every access, whatever its mapping allows.' : `A guard’s pages allow nothing (${place.region.perms}).`,
    evidence: [marked ? evidence('pagemap', `bit 58 is set: a guard page inside a mapping with ${place.region.perms}`, { kind: 'address', address }) : regionLine(place.region)],
    object: overrun(scene),
  };
};

export const pastEndOfFile: Rule = (scene) => {
  const { facts, attempt, place, ground } = scene;
  const { region } = place;
  if (facts.signal.name !== 'SIGBUS' || facts.code !== BUS_ADRERR || attempt.address === undefined || region === undefined || region.inode === 0n) return undefined;
  const size = ground.fileSizeAt(attempt.address);
  const offset = region.offset + (attempt.address - region.start);
  const proven = size !== undefined && offset >= ((size + 4095n) & ~4095n);
  if (size !== undefined && !proven) return undefined;
  return {
    id: 'past-end-of-file', certainty: proven ? 'certain' : 'likely', title: `${verb(attempt.access)} past the end of a mapped file`,
    text: `The mapping goes on behind the end of ${region.path === '' ? 'its file' : region.path}${size === undefined ? '' : `: the file has ${formatSize(size)}, and this is offset ${offset}`}. It was mapped too long, or was cut since.`,
    rule: 'Pages wholly behind a file’s end have nothing to show: touching one is SIGBUS (mmap(2)).',
    evidence: [...(size === undefined ? [] : [evidence('maps', `file offset of the address: ${offset}; size of the file now: ${size} bytes`, { kind: 'address', address: attempt.address })]), regionLine(region)],
  };
};

const WRITE_RULES: readonly { readonly kind: Region['kind']; readonly id: CauseId; readonly title: string; readonly why: string }[] = [
  { kind: 'text', id: 'write-to-text', title: 'Write to .text', why: 'it holds the program’s instructions, which are mapped without w' },
  { kind: 'rodata', id: 'write-to-rodata', title: 'Write to .rodata', why: 'it holds constants and string literals, which are mapped without w' },
  { kind: 'relro', id: 'write-to-relro', title: 'Write to RELRO', why: 'the loader has filled it in and then made it read-only (PT_GNU_RELRO)' },
];

/** A mapping is there, and does not allow it. */
export const notAllowed: Rule = (scene) => {
  const { facts, attempt, place } = scene;
  const { region } = place;
  if (!touches(scene) || attempt.address === undefined || region === undefined) return undefined;
  const letter = attempt.access === 'write' ? 'w' : 'r';
  const byKey = facts.code === SEGV_PKUERR && facts.signal.name === 'SIGSEGV';
  if (region.perms.includes(letter) && !byKey) return undefined;
  const symbol = symbolWords(region);
  const where = `${['anonymous', 'reserved'].includes(region.label) ? `The ${region.label} mapping` : regionName(region)}${symbol === undefined ? '' : ` (${symbol})`}`;
  const special = attempt.access === 'write' && region.perms.startsWith('r') && !byKey ? WRITE_RULES.find(({ kind }) => kind === region.kind) : undefined;
  if (special) {
    return {
      id: special.id, certainty: 'certain', title: special.title, text: `The program wrote to ${where}: ${special.why}.`, rule: `Pages without w cannot be written (${region.perms}).`,
      evidence: [regionLine(region)], object: overrun(scene),
    };
  }
  const none = region.perms.startsWith('---');
  return {
    id: 'protected', certainty: 'certain', title: `${verb(attempt.access)} of protected memory`,
    text: byKey ? `A protection key takes the right to ${attempt.access} ${regionName(region)} away from this thread.` : `${where} is mapped, but may not be ${attempt.access === 'write' ? 'written' : 'read'}${none ? ': nobody may touch it (PROT_NONE), as if it were a guard' : ''}.`,
    rule: byKey ? 'Pages with a protection key can be touched only as the thread’s PKRU register allows (pkeys(7)).' : `Pages without ${letter} cannot be ${attempt.access === 'write' ? 'written' : 'read'} (${region.perms}).`,
    evidence: [regionLine(region)], object: overrun(scene),
  };
};

export const unmapped: Rule = (scene) => {
  const { attempt, place, findings } = scene;
  const { gap } = place;
  if (!touches(scene) || attempt.address === undefined || gap === undefined) return undefined;
  const object = overrun(scene);
  const text = asText(attempt.address);
  const story = object ? `It lies ${object.overrunBytes === 0n ? 'right behind' : `${formatSize(object.overrunBytes)} behind`} the end of ${object.name}: the access probably ran over its end.`
    : findings.formerly ? `Earlier ${findings.formerly.label} was mapped there: it was unmapped, and the pointer kept.`
    : `The pointer is wrong${text === undefined ? '' : ` (its bytes are the text "${text}")`}, or what it pointed to was unmapped.`;
  return {
    id: 'unmapped', certainty: 'certain', title: `${verb(attempt.access)} where nothing is mapped`, text: `Nothing is mapped at ${formatAddress(attempt.address)}. ${story}`, rule: 'Only what is mapped can be touched.',
    evidence: [
      ...(object ? [evidence('maps', `${object.name} is ${formatAddress(object.range.start)} – ${formatAddress(object.range.end)}`, { kind: 'range', range: object.range })] : []),
      ...(findings.formerly ? [evidence('maps', findings.formerly.words)] : []),
    ],
    object,
  };
};

/** The kernel refused, and the map as it is now would have allowed it. */
export const changedMeanwhile: Rule = (scene) => {
  const { attempt, place } = scene;
  if (attempt.address === undefined || attempt.access === 'none') return undefined;
  return {
    id: place.region ? 'protected' : 'unmapped', certainty: 'likely', title: `${verb(attempt.access)} that was refused`,
    text: `The kernel refused it, and the map as it is now would allow it (${placeWords(place)}): another thread has probably changed the map since, or the kernel had no memory to give.`,
    rule: 'The kernel decides at the moment of the access.', evidence: place.region ? [regionLine(place.region)] : [],
  };
};

/** What ends right below the address, and allows what was tried: an object that a register or variable points to, else the region. */
function overrun({ attempt, place, ground, findings }: Scene): FaultObject | undefined {
  const { address } = attempt;
  if (address === undefined) return undefined;
  const below = place.gap?.below?.region ?? (place.region && ground.regions.regionAt(toAddress(place.region.start === 0n ? 0n : place.region.start - 1n)));
  const start = place.gap ? below?.end : place.region?.start;
  if (below === undefined || start === undefined || below.end !== start || !below.perms.includes(attempt.access === 'write' ? 'w' : 'r') || address - start >= OVERRUN_BYTES) return undefined;
  const lowest = stretchStart(ground.regions, below);
  const pointers = [...attempt.operands.filter(({ faulted }) => faulted).flatMap(({ registers }) => registers.map(({ value }) => value)), ...findings.pointers.map(({ value }) => value)];
  for (const pointer of pointers) {
    const symbol = pointer < lowest || pointer >= below.end ? undefined : ground.symbolAt(toAddress(pointer));
    if (symbol?.symbol.type !== 'object' || symbol.symbol.sizeBytes === 0n || symbol.offset >= symbol.symbol.sizeBytes) continue;
    const range = { start: symbol.symbol.address, end: toAddress(symbol.symbol.address + symbol.symbol.sizeBytes) };
    return { name: symbol.symbol.demangled ?? symbol.symbol.name, range, overrunBytes: address - range.end };
  }
  return { name: regionName(below), range: { start: below.start, end: below.end }, overrunBytes: address - below.end };
}

/** Lowest address of the readable regions that lie end to end up to this one: an array may have begun in any of them. */
function stretchStart(regions: RegionTable, last: Region): Address {
  let start = last.start;
  for (let row = regions.indexAt(last.start) - 1; row >= 0 && regions.endAt(row) === start && regions.rowAt(row).perms.startsWith('r'); row--) start = regions.startAt(row);
  return start;
}

function regionLine(region: Region): Verdict['evidence'][number] {
  return evidence('maps', mapsLine(region), { kind: 'range', range: { start: region.start, end: region.end } });
}

export function verb(access: string): string {
  return `${access.charAt(0).toUpperCase()}${access.slice(1)}`;
}

/** A pointer whose bytes are letters was probably overwritten by a text. */
function asText(address: Address): string | undefined {
  let text = '';
  for (let value: bigint = address; value > 0n; value >>= 8n) {
    const byte = Number(value & 0xffn);
    if (byte < 0x20 || byte > 0x7e) return undefined;
    text += String.fromCharCode(byte);
  }
  return text.length >= 6 ? text : undefined;
}
