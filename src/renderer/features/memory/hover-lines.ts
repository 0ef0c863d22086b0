import { formatAddress } from '../../../shared/address/address.ts';
import { pageStart } from '../../../shared/address/page.ts';
import { formatField } from '../../../shared/analysis/typed/format-value.ts';
import { CELL_VALID, type PageCells } from '../../kernels/hex-cells.ts';
import { DISK_FILE, DISK_NOBITS } from './disk-cache.ts';
import { hexByte } from './hex-ink.ts';
import type { HexHit } from './hex-controller.ts';
import type { HexUnit } from './hex-model.ts';
import type { OverlayPiece } from './page-overlay.ts';
import { pageStateWords } from './page-state-words.ts';

export interface Patch {
  readonly address: bigint;
  readonly original: number;
  readonly breakpoint: string;
}

/** What the card says of the byte under the pointer, from what is known here; what a pointer leads to is asked for besides. */
export function hoverLines(hit: HexHit, patches: readonly Patch[], comparedWords: string): string[] {
  const { item, unit } = hit.placed;
  if (item.kind === 'page-note' || item.kind === 'state-row') return [formatAddress(item.start), pageStateWords(item.state).why];
  if (hit.address === undefined || unit.cells === undefined) return [];
  const { address } = hit;
  const offset = Number(address - pageStart(unit.page));
  const value = unit.cells.values[offset] ?? 0;
  const lines = [formatAddress(address)];
  if (unit.cells.states[offset] !== CELL_VALID) return [...lines, 'this byte was not read'];
  lines.push(`0x${hexByte(value)}, ${value}${value >= 0x20 && value < 0x7f ? `, '${String.fromCharCode(value)}'` : ''}`);
  const piece = unit.overlay?.pieces[unit.overlay.owners[offset] ?? -1];
  if (piece !== undefined) lines.push(...pieceLines(unit, piece, address));
  if (unit.changed?.[offset] === 1) lines.push(`was 0x${hexByte(unit.before?.values[offset] ?? 0)} at ${comparedWords}`);
  const disk = unit.disk;
  if (disk?.states[offset] === DISK_FILE) {
    const relocation = disk.relocations.find((one) => one.address <= address && address < one.address + BigInt(one.sizeBytes));
    const same = disk.values[offset] === value;
    lines.push(`in the file: 0x${hexByte(disk.values[offset] ?? 0)} at +0x${(disk.offsetOf(offset) ?? 0n).toString(16)}${same ? ', the same' : ''}`);
    if (relocation !== undefined) lines.push(`relocation ${relocation.type}${relocation.symbol === '' ? '' : ` ${relocation.symbol}`}${relocation.addend === 0n ? '' : ` + 0x${relocation.addend.toString(16)}`}`);
  } else if (disk?.states[offset] === DISK_NOBITS) lines.push('not in the file: NOBITS, zero-filled at start');
  const patch = patches.find((byte) => byte.address === address);
  if (patch !== undefined) lines.push(`breakpoint ${patch.breakpoint}: memory holds 0xcc, the program's own byte is shown`);
  if (unit.stale) lines.push('stale: from an earlier generation');
  return lines;
}

/** Variable, member, type and value; the old value where it changed. */
function pieceLines(unit: HexUnit, { owner, field, tint }: OverlayPiece, address: bigint): string[] {
  const where = owner.typed?.variable.inFunction;
  const scope = where === undefined || where === '' ? '' : `${where}::`;
  if (owner.typed === undefined || field === undefined) return [`${owner.name} +0x${(address - owner.address).toString(16)} of ${owner.sizeBytes} bytes, no type known`];
  const { types, variable } = owner.typed;
  const root = types[variable.type];
  if (tint === 'pad') return [`padding of ${scope}${owner.name}, ${field.sizeBytes} bytes at +0x${field.offsetBytes.toString(16)}`, `type ${root?.name ?? '?'}, ${owner.sizeBytes} bytes`];
  const node = types[field.type];
  const bits = field.bits === undefined ? '' : ` bits ${field.bits.offset}–${field.bits.offset + field.bits.size - 1}`;
  const now = pieceBytes(unit, unit.cells, owner.address + BigInt(field.offsetBytes), field.sizeBytes);
  const before = pieceBytes(unit, unit.before, owner.address + BigInt(field.offsetBytes), field.sizeBytes);
  const shown = formatField(types, field, now, () => undefined).text;
  const old = before === undefined ? shown : formatField(types, field, before, () => undefined).text;
  return [
    `${scope}${owner.name}${field.path}${shown === '' ? '' : ` ${shown.startsWith('→') ? shown : `= ${shown}`}`}${old === shown ? '' : `, was ${old}`}`,
    `type ${node?.name ?? '?'}, ${field.sizeBytes} byte${field.sizeBytes === 1 ? '' : 's'} at +0x${field.offsetBytes.toString(16)}${bits}${field.path === '' ? '' : ` of ${root?.name ?? '?'}`}`,
  ];
}

function pieceBytes(unit: HexUnit, cells: PageCells | undefined, start: bigint, count: number): Uint8Array | undefined {
  const from = Number(start - pageStart(unit.page));
  if (cells === undefined || from < 0 || from + count > cells.values.length) return undefined;
  for (let at = from; at < from + count; at++) if (cells.states[at] !== CELL_VALID) return undefined;
  return cells.values.subarray(from, from + count);
}
