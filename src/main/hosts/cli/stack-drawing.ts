import { formatAddress } from '../../../shared/address/address.ts';
import { formatSize } from '../../../shared/address/size.ts';
import type { InitialStackPart, SlotRole, StackFrame, StackOutlineRow, StackSlot, UnstoredVariable } from '../../../shared/model/stack.ts';
import type { Paint } from './paint.ts';
import type { StackLook } from './stack-look.ts';
import { printable } from './table.ts';

/** One letter a role, as in the window. */
const LETTERS: Readonly<Record<SlotRole, string>> = {
  'return-address': 'R', 'saved-register': 'S', 'canary': 'C', 'local': 'L', 'parameter': 'A', 'alloca': 'D', 'spill': '·', 'padding': ' ', 'signal-frame': 'K', 'red-zone': 'z',
};
const MOST_VALUE = 72;
const WIDE = 78;

/** The stack as one draws it on paper: high addresses on top, the innermost frame at the bottom. */
export function drawStack(look: StackLook, paint: Paint): string {
  const { thread, stack } = look;
  const lines = [`${paint.bold(`thread ${thread.tid}`)} ${printable(thread.name)}, stopped for ${look.stoppedMs.toFixed(0)} ms; ${words(look)}`];
  if (stack) lines.push(usage(look), ...(stack.guard ? [`guard ${formatAddress(stack.guard.start)} – ${formatAddress(stack.guard.end)}: ${stack.guard.words}`] : []));
  lines.push('');
  if (look.initial) lines.push(...drawInitial(look.initial, paint));
  lines.push(...drawBeyond(look, paint));
  for (const frame of look.frames.toReversed()) lines.push(...drawFrame(frame, paint));
  return `${lines.join('\n')}\n`;
}

function words({ depth, complete, frames }: StackLook): string {
  const all = `${complete ? '' : 'at least '}${depth} frame${depth === 1 ? '' : 's'}`;
  return frames.length === depth ? all : `${all}, the innermost ${frames.length} below`;
}

function usage({ stack }: StackLook): string {
  if (!stack) return '';
  const part = (bytes: bigint | undefined, what: string): string[] => (bytes === undefined ? [] : [`${formatSize(bytes)} ${what}`]);
  const where = stack.foreign ? [`${stack.mapped?.label ?? 'unknown memory'}, not the thread's own stack`] : [stack.mapped?.label ?? 'unknown'];
  return [...where, ...part(stack.usedBytes, 'used'), ...part(stack.mappedBytes, 'mapped'), stack.limitBytes === undefined ? 'no limit' : `${formatSize(stack.limitBytes)} limit`, ...part(stack.roomBytes, 'to the limit')].map(printable).join(', ');
}

function drawInitial(parts: readonly InitialStackPart[], paint: Paint): string[] {
  const [first, last] = [parts[0], parts.at(-1)];
  if (!first || !last) return [];
  const count = (kind: InitialStackPart['kind']): number => parts.filter((part) => part.kind === kind && part.value !== '0').length;
  return [
    rule(paint, `${formatAddress(last.end)} arguments, environment, auxiliary vector`),
    `  ${formatAddress(first.start)}  argc ${first.value ?? ''}, ${count('argv')} arguments, ${count('envp')} environment strings, ${count('auxv')} auxv entries; ${formatSize(last.end - first.start)}`,
  ];
}

/** Frames that are not printed slot by slot, folded. */
function drawBeyond({ rows, frames }: StackLook, paint: Paint): string[] {
  const printed = frames.at(-1)?.level ?? -1;
  const beyond = rows.filter((row) => (row.kind === 'frame' ? row.level : row.firstLevel + row.count - 1) > printed).toReversed();
  return beyond.map((row) => paint.dim(beyondLine(row)));
}

function beyondLine(row: StackOutlineRow): string {
  if (row.kind === 'run') return `#${row.firstLevel} – #${row.firstLevel + row.count - 1}  ${printable(row.words)}`;
  return `#${row.level}  ${printable(row.function ?? formatAddress(row.pc))}  ${formatAddress(row.sp)}`;
}

function drawFrame(frame: StackFrame, paint: Paint): string[] {
  const name = paint.bold(printable(frame.function ?? formatAddress(frame.pc)));
  const place = frame.source === undefined ? '' : `  ${printable(frame.source.file.slice(frame.source.file.lastIndexOf('/') + 1))}:${frame.source.line}`;
  if (frame.kind === 'inline') return [rule(paint, `#${frame.level} ${name}${place}  inlined into #${frame.storageLevel}`), ...drawUnstored(frame.unstored, paint)];
  if (frame.kind === 'tail-call') return [rule(paint, `#${frame.level} ${name}${place}  left by a jump: no bytes`), ...drawUnstored(frame.unstored, paint)];
  const by = frame.unwoundBy === 'gdb' ? '' : '  by the unwind tables';
  const lines = [rule(paint, `#${frame.level} ${name}${place}  ${formatSize(frame.high - frame.sp)}, CFA ${frame.cfa === undefined ? 'none' : formatAddress(frame.cfa)}${by}`)];
  for (const slot of frame.slots.toReversed()) {
    if (slot.end <= frame.sp && slot.end + 1n > frame.sp) lines.push(paint.dim(`  rsp ${formatAddress(frame.sp)}`));
    lines.push(drawSlot(slot, frame, paint));
  }
  return [...lines, ...drawUnstored(frame.unstored, paint), ...frame.problems.map(({ words: told }) => paint.warn(`  !! ${printable(told)}`))];
}

function drawSlot(slot: StackSlot, frame: StackFrame, paint: Paint): string {
  const size = String(slot.end - slot.start).padStart(6);
  const base = frame.framePointer;
  const offset = base === undefined ? `rsp${signed(slot.start - frame.sp)}` : `rbp${signed(slot.start - base)}`;
  const line = `  ${formatAddress(slot.start)} ${offset.padEnd(10)}${size}  ${LETTERS[slot.role]} ${says(slot)}`.trimEnd();
  return slot.role === 'padding' || slot.role === 'spill' || slot.role === 'red-zone' ? paint.dim(line) : slot.words === 'smashed' ? paint.warn(line) : line;
}

function says(slot: StackSlot): string {
  const value = slot.value === undefined ? '' : shortened(slot.value);
  const told = slot.words === '' ? '' : `  ${printable(slot.words)}`;
  switch (slot.role) {
    case 'return-address':
      return `return address${told === '' ? `  ${value}` : told}`;
    case 'saved-register':
      return `saved ${slot.register ?? ''}  ${value}${told}`;
    case 'canary':
      return `canary${told}`;
    case 'local':
    case 'parameter':
      return `${printable(slot.name ?? '')} = ${value}  (${printable(slot.type ?? '')})${told}`;
    case 'signal-frame':
      return `${slot.name ?? 'signal frame'}${told}`;
    default:
      return `${slot.role.replace('-', ' ')}${value === '' ? '' : `  ${value}`}${told}`;
  }
}

function drawUnstored(variables: readonly UnstoredVariable[], paint: Paint): string[] {
  return variables
    .filter(({ where }) => where !== 'optimised-out')
    .map((variable) => {
      const where = variable.where === 'register' ? `in ${variable.register ?? 'a register'}` : variable.where === 'elsewhere' ? printable(variable.words) : variable.where;
      return paint.dim(`  ${' '.repeat(33)}${variable.role === 'parameter' ? 'A' : 'L'} ${printable(variable.name)} = ${shortened(variable.value ?? '')}  (${where})`);
    });
}

function rule(paint: Paint, text: string): string {
  return `${paint.dim('──')} ${text} ${paint.dim('─'.repeat(Math.max(2, WIDE - text.length)))}`;
}

function signed(offset: bigint): string {
  return offset < 0n ? `-0x${(-offset).toString(16)}` : `+0x${offset.toString(16)}`;
}

function shortened(value: string): string {
  const line = printable(value);
  return line.length > MOST_VALUE ? `${line.slice(0, MOST_VALUE - 1)}…` : line;
}
