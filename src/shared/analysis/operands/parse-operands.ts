/** A memory operand as the disassembler wrote it. */
export interface OperandText {
  /** `-0x14(%rbp)`, `QWORD PTR [rbp-0x14]`. */
  readonly text: string;
  /** `fs`, `gs` …; undefined when none is written. */
  readonly segment: string | undefined;
  readonly base: string | undefined;
  readonly index: string | undefined;
  readonly scale: 1 | 2 | 4 | 8;
  readonly displacement: bigint;
}

export interface InstructionText {
  /** Without prefixes: `mov`, `stos`. */
  readonly mnemonic: string;
  readonly memory: readonly OperandText[];
  /** Where a direct jump or call goes, and what gdb calls the place. */
  readonly target: bigint | undefined;
  readonly targetWords: string | undefined;
}

const PREFIXES = new Set(['lock', 'rep', 'repz', 'repe', 'repnz', 'repne', 'bnd', 'notrack', 'data16', 'addr32', 'xacquire', 'xrelease', 'cs', 'ds', 'es', 'fs', 'gs', 'ss', 'rex.W', 'rex']);
const BRANCH = /^(?:j[a-z]+|call[qw]?|loop[a-z]*|xbegin)(?:,p[nt])?$/;

/** Splits gdb's comment off: `lea -0x7b(%rip),%rax        # 0x5555 <on>`. */
export function splitComment(text: string): { readonly text: string; readonly comment: string | undefined } {
  const at = text.indexOf('# ');
  return at < 0 ? { text: text.trim(), comment: undefined } : { text: text.slice(0, at).trim(), comment: text.slice(at + 2).trim() };
}

/** Reads an instruction as binutils prints it, in AT&T or in Intel syntax: the user's `set disassembly-flavor` decides which. */
export function parseInstruction(text: string): InstructionText {
  const { mnemonic, rest } = splitMnemonic(splitComment(text).text);
  const operands = splitOperands(rest);
  // Only AT&T syntax marks registers and immediates, so only there a bare number is an address.
  const att = /[%$(]|^\*/.test(rest);
  if (BRANCH.test(mnemonic)) {
    const direct = /^(0x[0-9a-f]+)(?:\s+<(.*)>)?$/.exec(operands.join(','));
    if (direct?.[1] !== undefined) return { mnemonic, memory: [], target: BigInt(direct[1]), targetWords: direct[2] };
  }
  return { mnemonic, memory: operands.flatMap((operand) => readOperand(operand, att)), target: undefined, targetWords: undefined };
}

/** The words of an instruction without its comment: its mnemonic, prefixes left out, and its operands as they are written. */
export function splitInstruction(text: string): { readonly mnemonic: string; readonly operands: readonly string[] } {
  const { mnemonic, rest } = splitMnemonic(text);
  return { mnemonic, operands: splitOperands(rest) };
}

function splitMnemonic(text: string): { readonly mnemonic: string; readonly rest: string } {
  const words = text.split(/\s+/);
  let at = 0;
  while (at < words.length - 1 && PREFIXES.has(words[at] ?? '')) at++;
  return { mnemonic: words[at] ?? '', rest: words.slice(at + 1).join(' ') };
}

/** At the commas outside of parentheses and brackets. */
function splitOperands(text: string): string[] {
  const operands: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === '(' || character === '[' || character === '<') depth++;
    else if (character === ')' || character === ']' || character === '>') depth--;
    else if (character === undefined || (character === ',' && depth === 0)) {
      operands.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return operands.filter((operand) => operand !== '');
}

function readOperand(operand: string, att: boolean): OperandText[] {
  const found = operand.includes('[') ? readIntel(operand) : (readAtt(operand) ?? readAbsolute(operand, att));
  return found === undefined ? [] : [found];
}

const ATT = /^\*?(?:%([c-gs]s):)?(-?0x[0-9a-f]+)?\((?:%(\w+))?(?:,%(\w+)(?:,([1248]))?|,([1248]))?\)(?:\{.*\})*$/;

function readAtt(operand: string): OperandText | undefined {
  const match = ATT.exec(operand);
  if (match === null) return undefined;
  const [, segment, displacement, base, index, scale] = match;
  return { text: operand, segment, base, index: index === 'riz' || index === 'eiz' ? undefined : index, scale: scaleOf(scale), displacement: number(displacement) };
}

/** `0x404028`, `%fs:0x28`, `*0x404018`; in Intel syntax `fs:0x28`, `QWORD PTR ds:0x404028`. */
function readAbsolute(operand: string, att: boolean): OperandText | undefined {
  const match = att ? /^\*?(?:%([c-gs]s):)?(-?0x[0-9a-f]+)$/.exec(operand) : /^(?:[A-Z]+ PTR )?([c-gs]s):(-?0x[0-9a-f]+)$/.exec(operand);
  if (match === null) return undefined;
  return { text: operand, segment: match[1], base: undefined, index: undefined, scale: 1, displacement: number(match[2]) };
}

function readIntel(operand: string): OperandText | undefined {
  const match = /^(?:[A-Z]+ (?:PTR|BCST) )?(?:([c-gs]s):)?\[([^\]]*)\](?:\{.*\})*$/.exec(operand);
  if (match?.[2] === undefined) return undefined;
  let base: string | undefined;
  let index: string | undefined;
  let scale: OperandText['scale'] = 1;
  let displacement = 0n;
  for (const term of match[2].matchAll(/([+-]?)([^+-]+)/g)) {
    const part = term[2] ?? '';
    const scaled = /^(\w+)\*([1248])$/.exec(part);
    if (/^0x[0-9a-f]+$/.test(part)) displacement += term[1] === '-' ? -BigInt(part) : BigInt(part);
    else if (scaled !== null) {
      index = scaled[1] === 'riz' || scaled[1] === 'eiz' ? undefined : scaled[1];
      scale = scaleOf(scaled[2]);
    } else if (base === undefined) base = part;
    else index = part;
  }
  return { text: operand, segment: match[1], base, index, scale, displacement };
}

function scaleOf(text: string | undefined): OperandText['scale'] {
  return text === '2' ? 2 : text === '4' ? 4 : text === '8' ? 8 : 1;
}

function number(text: string | undefined): bigint {
  if (text === undefined) return 0n;
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}
