import { formatAddress } from '../../../shared/address/address.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { functionName } from '../../../shared/analysis/explain/function-name.ts';
import { placeWords, regionName } from '../../../shared/analysis/explain/place.ts';
import type { FrameInfo, SourcePlace } from '../../../shared/model/debug.ts';
import type { ExplainAnswer, Explanation, FaultOperand } from '../../../shared/model/explanation.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { Paint } from './paint.ts';
import { printable } from './table.ts';

const SHOWN_FRAMES = 12;

/** An explanation for reading: the headline, the cause, what was tried and what lies there, then the evidence and where the program stood. */
export function explainText(answer: ExplainAnswer, paint: Paint): string {
  if (answer.kind === 'none') return `No fault. ${printable(answer.reason)}\n`;
  const { cause, signal, code } = answer;
  const head = `${paint.bold(printable(answer.title))}${signal === undefined ? '' : `  ${paint.warn(signal.name)}${code === undefined || code.number <= 0 ? '' : ` ${code.name}`}`}`;
  const lines: [string, string][] = [
    ...tried(answer),
    ['rule', printable(answer.rule)],
    ...place(answer, paint),
    ...(answer.thrown?.place === undefined ? [] : [['at', printable(answer.thrown.place)] as [string, string]]),
    ['in', `${printable(answer.function ?? formatAddress(answer.pc))}${sourceWords(answer.source)}${answer.sourceText === undefined ? '' : paint.dim(`  ${printable(answer.sourceText)}`)}`],
    ['thread', `${answer.thread.tid} ${printable(answer.thread.name)}${answer.frameLevel > 0 ? ', inside its handler of the signal' : ''}`],
  ];
  const evidence = answer.evidence.map(({ source, words }): [string, string] => [source, printable(words)]);
  const frames = frameLines(answer.frames.slice(answer.frameLevel)).slice(0, SHOWN_FRAMES).map((line) => `  ${line}\n`).join('');
  return [
    `${head}\n${printable(cause.text)}\n\n`,
    table([['cause', `${cause.id}, ${cause.certainty === 'certain' ? 'certain' : paint.bold('likely')}`], ...lines], paint),
    `\n${paint.dim('Evidence')}\n${table(evidence, paint)}`,
    `\n${paint.dim('Frames')}\n${frames}`,
  ].join('');
}

function table(lines: readonly (readonly [string, string])[], paint: Paint): string {
  const wide = Math.max(0, ...lines.map(([title]) => title.length));
  return lines.map(([title, words]) => `  ${paint.dim(title.padEnd(wide))}  ${words}\n`).join('');
}

function tried({ access, sizeBytes, address, addressFrom, instruction }: Explanation): [string, string][] {
  const lines: [string, string][] = [];
  if (access !== 'none' && address !== undefined) {
    const size = sizeBytes === undefined ? '' : ` of ${sizeBytes} byte${sizeBytes === 1 ? '' : 's'}`;
    lines.push(['tried', `${access}${size} at ${formatAddress(address)}${addressFrom === 'operand' ? ' (worked out from the operand: the kernel is not told)' : ''}`]);
  }
  if (instruction) {
    lines.push(['instruction', printable(instruction.text.replaceAll(/\s+/g, ' '))]);
    const values = [...new Set(instruction.operands.flatMap(operandValues))];
    if (values.length > 0) lines.push(['operands', values.join(', ')]);
  }
  return lines;
}

function operandValues({ kind, text, value, address, registers }: FaultOperand): string[] {
  const parts = registers.map(({ name, value: held }) => `${name} = 0x${held.toString(16)}`);
  if (kind === 'register' && value !== undefined) parts.push(`${text.replace(/^\*?%?/, '')} = 0x${value.toString(16)}`);
  if (kind === 'memory' && address !== undefined && value !== undefined) parts.push(`${text} holds 0x${value.toString(16)}`);
  return parts;
}

function place({ region, gap, address }: Explanation, paint: Paint): [string, string][] {
  if (address === undefined) return [];
  const lines: [string, string][] = [['there', region ? paint.kind(region.kind, printable(placeWords({ region, gap }))) : printable(placeWords({ region, gap }))]];
  // How far it is from address 0 or from the kernel's half to the next mapping says nothing.
  if (gap?.kind !== 'gap' && gap?.kind !== 'stack-room') return lines;
  if (gap.below) lines.push(['below', neighbour(gap.below.region, `ends ${gap.below.distanceBytes === 0n ? 'right' : formatSize(gap.below.distanceBytes)} below`)]);
  if (gap.above) lines.push(['above', neighbour(gap.above.region, `begins ${formatSize(gap.above.distanceBytes)} above`)]);
  return lines;
}

function neighbour(region: Region, distance: string): string {
  return `${formatAddress(region.start)} – ${formatAddress(region.end)}  ${region.perms}  ${printable(regionName(region))}, ${distance}`;
}

function sourceWords(source: SourcePlace | undefined): string {
  return source === undefined ? '' : `, ${printable(source.file)}:${source.line}`;
}

/** A recursion is shown by its first frames. */
function frameLines(frames: readonly FrameInfo[]): string[] {
  const isAgain = (at: number): boolean => at >= 2 && frames[at]?.pc === frames[at - 1]?.pc && frames[at]?.pc === frames[at - 2]?.pc;
  return frames.flatMap((frame, at) => (isAgain(at) ? (isAgain(at - 1) ? [] : ['… and again']) : [frameWords(frame)]));
}

function frameWords({ level, function: name, pc, source, modulePath }: FrameInfo): string {
  const where = source === undefined ? (modulePath === undefined ? '' : `  ${printable(modulePath.split('/').at(-1) ?? '')}`) : `  ${printable(source.file.split('/').at(-1) ?? '')}:${source.line}`;
  return `#${level}  ${printable(functionName(name) ?? formatAddress(pc))}${where}`;
}
