import { formatAddress } from '../../../shared/address/address.ts';
import { formatCount, formatSize } from '../../../shared/address/size.ts';
import type { FrameInfo } from '../../../shared/model/debug.ts';
import type { Certainty, Explanation, FaultAccess, FaultEvidence, FaultObject, FaultRecursion, FaultSender } from '../../../shared/model/explanation.ts';

const TRIED: Readonly<Record<Exclude<FaultAccess, 'none'>, readonly [alone: string, of: string]>> = {
  read: ['read', 'from'], write: ['write', 'to'], execute: ['execute code', 'at'],
};

/** `tried to write 4 bytes to`, before the address. */
export function triedWords({ access, sizeBytes }: Pick<Explanation, 'access' | 'sizeBytes'>): string {
  if (access === 'none') return '';
  const [verb, preposition] = TRIED[access];
  const size = sizeBytes === undefined || access === 'execute' ? '' : ` ${sizeBytes} ${sizeBytes === 1 ? 'byte' : 'bytes'}`;
  return `tried to ${verb}${size} ${preposition}`;
}

/** The letter of the permission an access needs. */
export function neededPermission(access: FaultAccess): 'r' | 'w' | 'x' | undefined {
  return access === 'none' ? undefined : ({ read: 'r', write: 'w', execute: 'x' } as const)[access];
}

export const CERTAINTY_WORDS: Readonly<Record<Certainty, string>> = {
  certain: 'Certain: what was read admits nothing else.',
  likely: 'Likely: the evidence points there, and other causes would look the same.',
};

/** A register's or operand's value: small ones also as a number. */
export function valueWords(value: bigint): string {
  const digits = value.toString(16);
  const hex = `0x${value > 0xffff_ffffn ? digits.replaceAll(/(?=(?:.{4})+$)(?!^)/g, '_') : digits}`;
  return value > 9n && value < 1_000_000n ? `${hex} (${formatCount(value)})` : hex;
}

export function recursionWords({ depth, complete, functions, repeats, bytesPerRepeat, neededBytes, limitBytes }: FaultRecursion): string {
  const parts = [`${complete ? '' : 'at least '}${formatCount(depth)} frames deep`];
  if (functions.length > 0) parts.push(`${functions.join(' → ')} repeats ${formatCount(repeats)} times${bytesPerRepeat === undefined ? '' : `, ${formatSize(BigInt(bytesPerRepeat))} each`}`);
  if (neededBytes !== undefined && limitBytes !== undefined) parts.push(`it would need ${formatSize(neededBytes)} of ${formatSize(limitBytes)}`);
  return parts.join('; ');
}

export function overrunWords({ name, overrunBytes }: FaultObject): string {
  const bytes = (count: bigint): string => `${formatCount(count)} ${count === 1n ? 'byte' : 'bytes'}`;
  if (overrunBytes < 0n) return `${bytes(-overrunBytes)} before the start of ${name}`;
  return overrunBytes === 0n ? `the first byte behind ${name}` : `${bytes(overrunBytes)} behind the end of ${name}`;
}

export function senderWords({ pid, uid, name, self }: FaultSender): string {
  if (self) return 'the program itself';
  return `process ${pid}${name === undefined ? ', which is gone' : ` (${name})`}${uid === undefined ? '' : `, user ${uid}`}`;
}

/** What is read of the address itself can be looked at there. */
export function withPlace(evidence: FaultEvidence, { address }: Pick<Explanation, 'address'>): FaultEvidence {
  const isOfAddress = ['siginfo', 'maps', 'smaps', 'pagemap', 'limits'].includes(evidence.source);
  return evidence.at !== undefined || address === undefined || !isOfAddress ? evidence : { ...evidence, at: { kind: 'address', address } };
}

/** Frames one after another of the same function: the first of them, and how many. */
export function foldFrames(frames: readonly FrameInfo[]): readonly { readonly frame: FrameInfo; readonly count: number }[] {
  const folded: { frame: FrameInfo; count: number }[] = [];
  for (const frame of frames) {
    const last = folded.at(-1);
    if (last !== undefined && last.frame.function !== undefined && last.frame.function === frame.function) last.count++;
    else folded.push({ frame, count: 1 });
  }
  return folded;
}

/** The view in which a claim is best seen. */
export type EvidenceView = 'memory' | 'pages' | 'stack' | 'source' | 'registers' | 'sections' | 'program' | 'map';

export const VIEW_TITLES: Readonly<Record<EvidenceView, string>> = {
  memory: 'Memory', pages: 'Pages', stack: 'Stack', source: 'Source', registers: 'Registers', sections: 'Sections', program: 'Program output', map: 'Address space',
};

export function evidenceView({ source, at }: Pick<FaultEvidence, 'source' | 'at'>): EvidenceView | undefined {
  if (source === 'output') return 'program';
  if (source === 'registers') return 'registers';
  if (at?.kind === 'frame') return source === 'debug-information' || source === 'instruction' ? 'source' : 'stack';
  if (at === undefined) return undefined;
  if (source === 'instruction' || source === 'debug-information') return 'source';
  if (source === 'pagemap' || source === 'smaps') return 'pages';
  return source === 'section-header' ? 'sections' : source === 'maps' || source === 'limits' ? 'map' : 'memory';
}

/** The whole card as text, for a bug report. */
export function explanationText(e: Explanation): string {
  const lines = [
    [e.signal?.name, e.code?.name, e.title].filter((part) => part !== undefined).join(' '),
    e.address === undefined ? '' : `The program ${triedWords(e) || 'touched'} ${formatAddress(e.address)}${e.addressFrom === 'operand' ? ' (from the instruction)' : ''}`,
    e.instruction === undefined ? '' : `${formatAddress(e.instruction.address)}  ${e.instruction.text.replaceAll(/\s+/g, ' ')}`,
    e.source === undefined ? '' : `${e.source.file}:${e.source.line}${e.function === undefined ? '' : ` in ${e.function}`}${e.sourceText === undefined ? '' : `: ${e.sourceText.trim()}`}`,
    e.region === undefined ? (e.gap?.label ?? '') : `${e.region.label} ${e.region.perms}`,
    e.rule,
    `${e.cause.certainty}: ${e.cause.text} [${e.cause.id}]`,
    e.message ?? e.thrown?.text ?? '',
    ...e.evidence.map(({ words, source }) => `- ${words} (${source})`),
  ];
  return lines.filter((line) => line !== '').join('\n');
}
