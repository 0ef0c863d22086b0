import { formatAddress, type Address } from '../../../shared/address/address.ts';
import { pageStart, type PageNumber } from '../../../shared/address/page.ts';
import { formatField, hexText, type ShownValue, type ValueTint } from '../../../shared/analysis/typed/format-value.ts';
import { unsignedOf } from '../../../shared/analysis/typed/numbers.ts';
import type { TypeNode } from '../../../shared/model/typed-data.ts';
import { guessValue } from '../../kernels/hex-values.ts';
import type { OverlayPiece, Owner, PageOverlay } from './page-overlay.ts';
import { pointeeWords, type PointeeCache } from './pointee-cache.ts';

/** One thing said beside a row. */
export interface NoteSegment {
  readonly tint: ValueTint | 'code';
  /** '' where a value goes on from the row above. */
  readonly name: string;
  /** With its `=` or arrow. */
  readonly text: string;
  /** Value before; '' when it did not change. */
  readonly was: string;
  /** Where a click leads: what the pointer points to, else the variable itself. */
  readonly leadsTo: Address;
}

/** Where the values beside a row come from. Both readers answer undefined when a byte was not read. */
export interface NoteSources {
  readonly now: (address: Address, count: number) => Uint8Array | undefined;
  /** Bytes of the generation that is compared with. */
  readonly before: (address: Address, count: number) => Uint8Array | undefined;
  readonly pointees: Pick<PointeeCache, 'pointeeOf'>;
}

const MOST_VALUES = 12;

/** What is said beside the bytes [offset, offset + count) of a page: each variable by name and value, arrays by the elements in the row, records by their members. */
export function rowNotes(page: PageNumber, overlay: PageOverlay, offset: number, count: number, sources: NoteSources): NoteSegment[] {
  const start = pageStart(page) + BigInt(offset);
  const groups = new Map<Owner, OverlayPiece[]>();
  const first = overlay.owners[offset] ?? -1;
  const take = (piece: OverlayPiece): void => {
    const group = groups.get(piece.owner);
    if (group === undefined) groups.set(piece.owner, [piece]);
    else group.push(piece);
  };
  const opening = overlay.pieces[first];
  // A piece that began in an earlier row has been told there; its owner may still have more to say here.
  if (opening !== undefined && opening.from < offset) groups.set(opening.owner, endsHere(opening, offset, count) ? [opening] : []);
  for (let at = offset; at < offset + count; at++) {
    for (const piece of overlay.startingAt(at)) {
      if (piece.cut && piece.from === 0 && piece.owner.address < start) continue;
      if (isSplitText(piece) && piece.to > offset + count && piece.to - piece.from <= 64) {
        // Its owner is named here all the same.
        if (!groups.has(piece.owner)) groups.set(piece.owner, []);
      } else take(piece);
    }
  }
  const notes: NoteSegment[] = [];
  for (const symbol of overlay.code) {
    if (symbol.address >= start && symbol.address < start + BigInt(count)) notes.push({ tint: 'code', name: `${symbol.demangled ?? symbol.name}${(symbol.demangled ?? '').endsWith(')') ? '' : '()'}`, text: '', was: '', leadsTo: symbol.address });
  }
  for (const [owner, pieces] of groups) {
    const note = noteOf(owner, pieces.filter(({ tint }) => tint !== 'pad'), start, BigInt(count), sources);
    if (note !== undefined) notes.push({ ...note, leadsTo: (note.pointer ?? owner.address) as Address });
  }
  return notes;
}

/** Text inside a record that reaches over the row's end is told where it ends: there is room for it. */
function isSplitText({ field }: OverlayPiece): boolean {
  return field?.role === 'text' && field.path !== '';
}

function endsHere(piece: OverlayPiece, offset: number, count: number): boolean {
  return isSplitText(piece) && piece.to > offset && piece.to <= offset + count && piece.to - piece.from <= 64;
}

type Said = Omit<NoteSegment, 'leadsTo'> & { readonly pointer?: bigint };

function noteOf(owner: Owner, pieces: readonly OverlayPiece[], start: bigint, count: bigint, sources: NoteSources): Said | undefined {
  const begins = owner.address >= start;
  if (owner.typed === undefined) return begins ? guessed(owner, sources) : undefined;
  if (pieces.length === 0) return undefined;
  const { types, variable } = owner.typed;
  const root = types[variable.type];
  const values = pieces.slice(0, MOST_VALUES).map((piece) => valueOf(owner, piece, types, sources));
  const tint = pieces[0]?.tint === 'pad' ? 'rec' : (pieces[0]?.tint ?? 'rec');
  const was = wasOf(values);
  const name = variable.inFunction === '' ? owner.name : `${variable.inFunction}::${owner.name}`;
  if (root?.kind === 'array' && pieces[0]?.field?.path !== '') return arrayNote(name, root, types, pieces, values, begins, was, tint);
  if (root?.kind === 'record') {
    const ends = owner.address + BigInt(owner.sizeBytes) <= start + count;
    return { tint: 'rec', name: begins ? name : '', text: recordText(pieces, values, begins, ends), was };
  }
  const [only] = values;
  if (only === undefined || !begins) return undefined;
  const shownName = root?.kind === 'array' ? `${name}[${root.count}]` : name;
  return { tint: only.tint, name: shownName, text: withSign(only.text), was, ...targetOf(only.pointer, only.text) };
}

interface NotedValue extends ShownValue {
  readonly member: string;
  readonly index: number;
  readonly was: string;
  readonly isZero: boolean;
}

function valueOf(owner: Owner, piece: OverlayPiece, types: readonly TypeNode[], sources: NoteSources): NotedValue {
  const field = piece.field;
  if (field === undefined) return { tint: 'rec', text: '', member: '', index: 0, was: '', isZero: false };
  const address = (owner.address + BigInt(field.offsetBytes)) as Address;
  // A long text is told by its beginning.
  const size = Math.min(field.sizeBytes, 80);
  const now = sources.now(address, size);
  const before = sources.before(address, size);
  const words = (value: bigint): string | undefined => pointerWords(value, owner, address, sources);
  const shown = formatField(types, field, now, words);
  const changed = now !== undefined && before !== undefined && now.some((byte, i) => byte !== before[i]);
  const old = changed ? formatField(types, field, before, words).text : '';
  return {
    ...shown, member: field.path.replace(/^\./, ''), index: Number(/^\[(\d+)\]/.exec(field.path)?.[1] ?? 0), was: old === shown.text ? '' : old, isZero: now?.every((byte) => byte === 0) ?? false,
  };
}

/** `self` inside its own variable, `itself` at its own place, else what the host says lies there. */
function pointerWords(value: bigint, owner: Owner, at: bigint, { pointees }: NoteSources): string | undefined {
  if (value === at && value === owner.address && owner.sizeBytes <= 8) return `${formatAddress(value as Address)}, itself`;
  if (value === owner.address) return 'self';
  const pointee = pointees.pointeeOf(value);
  return pointee === undefined ? '…' : pointee === null ? undefined : pointeeWords(pointee, owner.modulePath.split('/').at(-1) ?? '');
}

function arrayNote(
  name: string, root: Extract<TypeNode, { kind: 'array' }>, types: readonly TypeNode[], pieces: readonly OverlayPiece[], values: readonly NotedValue[], begins: boolean, was: string, tint: ValueTint,
): Said | undefined {
  if (!begins && values.every(({ isZero }) => isZero) && was === '') return undefined;
  const element = types[root.element];
  const first = values[0];
  const last = values.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (element?.kind === 'number' && element.sizeBytes === 1 && element.encoding !== 'char') return bytesNote(name, root, values, begins, was);
  const range = indexText(first.index, pieces.length > MOST_VALUES ? Number(/^\[(\d+)\]/.exec(pieces.at(-1)?.field?.path ?? '')?.[1] ?? last.index) : last.index);
  if (element?.kind === 'record' || element?.kind === 'array') {
    return { tint, name: `${name}${range}`, text: `= {${values.map(({ member, text }) => memberText(member.replace(/^\[\d+\]\.?/, ''), text)).join(', ')}}`, was };
  }
  return { tint, name: `${name}${range}`, text: listText(values), was };
}

/** Raw bytes: the first few where the array begins, after that only rows that hold something. */
function bytesNote(name: string, root: Extract<TypeNode, { kind: 'array' }>, values: readonly NotedValue[], begins: boolean, was: string): Said {
  const hex = (value: NotedValue): string => Number(value.text).toString(16).padStart(2, '0');
  if (begins) return { tint: 'rec', name: `${name}[${root.count}]`, text: `= ${values.slice(0, 3).map(hex).join(' ')}${root.count > 3 ? '…' : ''}`, was };
  const set = values.filter(({ isZero }) => !isZero);
  const [only] = set;
  if (set.length === 1 && only !== undefined) return { tint: 'rec', name: `${name}[${only.index}]`, text: `= ${hex(only)}`, was };
  return { tint: 'rec', name: `${name}${indexText(values[0]?.index ?? 0, values.at(-1)?.index ?? 0)}`, text: `= ${values.slice(0, 6).map(hex).join(' ')}…`, was };
}

function indexText(from: number, to: number): string {
  return from === to ? `[${from}]` : to === from + 1 ? `[${from},${to}]` : `[${from}…${to}]`;
}

/** `= 2, 3, 5`, or one arrow before pointers. */
function listText(values: readonly NotedValue[]): string {
  const arrows = values.every(({ text }) => text.startsWith('→ '));
  return arrows ? `→ ${values.map(({ text }) => text.slice(2)).join(', ')}` : `= ${values.map(({ text }) => text).join(', ')}`;
}

function recordText(pieces: readonly OverlayPiece[], values: readonly NotedValue[], begins: boolean, ends: boolean): string {
  const plain = begins && ends && pieces.length <= 6 && values.every(({ tint, member }) => (tint === 'int' || tint === 'flt') && !member.includes('.') && !member.includes('['));
  if (plain) return `= ${values.map(({ text }) => text).join(', ')}`;
  const body = values.map(({ member, text }) => memberText(member, text)).join(', ');
  return `${begins ? '= {' : ''}${body}${pieces.length > MOST_VALUES ? ', …' : ends ? '}' : ','}`;
}

function memberText(member: string, text: string): string {
  return member === '' ? text : `${member} ${text}`;
}

function withSign(text: string): string {
  return text === '' || text.startsWith('→ ') ? text : `= ${text}`;
}

function wasOf(values: readonly NotedValue[]): string {
  const old = values.filter(({ was }) => was !== '');
  if (old.length === 0) return '';
  return `was ${old.slice(0, 3).map(({ was }) => was.replace(/^→ /, '')).join(', ')}${old.length > 3 ? '…' : ''}`;
}

/** A pointer leads somewhere only when something was said of its target. */
function targetOf(pointer: bigint | undefined, text: string): { readonly pointer?: bigint } {
  return pointer === undefined || pointer < 0x1000n || !text.startsWith('→ ') || text.startsWith('→ 0x') && !text.includes(',') ? {} : { pointer };
}

/** Without a type, size and bytes are all there is to go by. */
function guessed(owner: Owner, sources: NoteSources): Said {
  const size = owner.sizeBytes;
  const now = sources.now(owner.address, Math.min(size, 32)) ?? new Uint8Array();
  const before = sources.before(owner.address, Math.min(size, 32));
  const words = (value: bigint): string | undefined => {
    const text = pointerWords(value, owner, owner.address, sources);
    return text;
  };
  const value = guessValue(now, size, words);
  const changed = before !== undefined && now.length === before.length && now.some((byte, i) => byte !== before[i]);
  const text = value.text === '' && size <= 16 && now.length > 0 ? hexText(now.subarray(0, 8)) : value.text;
  const pointer = now.length === 8 && value.tint === 'ptr' ? unsignedOf(now) : undefined;
  const isItself = now.length === 8 && unsignedOf(now) === owner.address;
  return {
    tint: value.tint, name: owner.name, text: isItself ? `= ${formatAddress(owner.address)}, itself` : withSign(text),
    was: changed && before !== undefined ? `was ${guessValue(before, size, words).text.replace(/^→ /, '')}` : '',
    ...targetOf(pointer, value.text),
  };
}

/** Segments in lines no wider than `maxChars`, at most `maxLines`; the first line always has the first segment. */
export function wrapNotes(notes: readonly NoteSegment[], maxChars: number, maxLines: number): (readonly NoteSegment[])[] {
  const lines: NoteSegment[][] = [];
  let used = 0;
  for (const note of notes) {
    const width = note.name.length + note.text.length + note.was.length + 5;
    const line = lines.at(-1);
    if (line !== undefined && (used + width <= maxChars || lines.length >= maxLines)) {
      line.push(note);
      used += width;
    } else {
      lines.push([note]);
      used = width;
    }
  }
  return lines;
}
