import { formatPlainAddress } from '../../../shared/address/address.ts';
import type { ExplainAnswer, Explanation, FaultEvidence, FaultGap, FaultRegion } from '../../../shared/model/explanation.ts';
import { regionJson, safeNumber, type RegionJson } from './json.ts';

interface OperandJson {
  readonly text: string;
  readonly kind: string;
  readonly address: string | null;
  readonly value: string | null;
  readonly registers: Readonly<Record<string, string>>;
  readonly faulted: boolean;
}

export interface ExplainJson {
  readonly signal: string | null;
  readonly code: string | null;
  readonly address: string | null;
  readonly access: string;
  readonly instruction: {
    readonly address: string; readonly bytes: string; readonly text: string; readonly size: number | null; readonly function: string | null; readonly file: string | null; readonly line: number | null;
    readonly operands: readonly OperandJson[];
  } | null;
  readonly pc: string | null;
  readonly region: (RegionJson & { readonly section: string | null; readonly symbol: { readonly name: string; readonly offset: number | string } | null }) | null;
  readonly gap: { readonly kind: string; readonly below: RegionJson | null; readonly above: RegionJson | null; readonly distanceBelow: string | null; readonly distanceAbove: string | null } | null;
  readonly cause: { readonly id: string; readonly certainty: string; readonly text: string } | null;
  readonly evidence: readonly { readonly source: string; readonly text: string; readonly address?: string }[];
}

/** The document of `vmatlas explain --json`. Scripts depend on every key. */
export function explainJson(answer: ExplainAnswer): ExplainJson {
  if (answer.kind === 'none') {
    return { signal: null, code: null, address: null, access: 'none', instruction: null, pc: null, region: null, gap: null, cause: null, evidence: [{ source: 'gdb', text: answer.reason }] };
  }
  const { cause } = answer;
  return {
    signal: answer.signal?.name ?? null,
    code: answer.code?.name ?? null,
    address: hex(answer.address),
    access: answer.access,
    instruction: instructionJson(answer),
    pc: hex(answer.pc),
    region: answer.region ? faultRegionJson(answer.region) : null,
    gap: answer.gap ? gapJson(answer.gap) : null,
    cause: { id: cause.id, certainty: cause.certainty, text: cause.text },
    evidence: answer.evidence.map(evidenceJson),
  };
}

function hex(value: bigint | undefined): string | null {
  return value === undefined ? null : `0x${value.toString(16)}`;
}

function instructionJson({ instruction, sizeBytes, function: name, source }: Explanation): ExplainJson['instruction'] {
  if (!instruction) return null;
  return {
    address: formatPlainAddress(instruction.address),
    bytes: Buffer.from(instruction.bytes).toString('hex'),
    text: instruction.text,
    size: sizeBytes ?? null,
    function: name ?? null,
    file: source?.fullName ?? source?.file ?? null,
    line: source?.line ?? null,
    operands: instruction.operands.map((operand) => ({
      text: operand.text, kind: operand.kind, address: hex(operand.address), value: hex(operand.value), registers: Object.fromEntries(operand.registers.map(({ name: register, value }) => [register, `0x${value.toString(16)}`])),
      faulted: operand.faulted,
    })),
  };
}

function faultRegionJson(region: FaultRegion): ExplainJson['region'] {
  const { symbol } = region;
  return { ...regionJson(region), section: region.section ?? null, symbol: symbol ? { name: symbol.symbol.demangled ?? symbol.symbol.name, offset: safeNumber(symbol.offset) } : null };
}

function gapJson({ kind, below, above }: FaultGap): ExplainJson['gap'] {
  return {
    kind, below: below ? regionJson(below.region) : null, above: above ? regionJson(above.region) : null, distanceBelow: hex(below?.distanceBytes), distanceAbove: hex(above?.distanceBytes),
  };
}

function evidenceJson({ source, words, at }: FaultEvidence): ExplainJson['evidence'][number] {
  const address = at?.kind === 'address' ? at.address : at?.kind === 'range' ? at.range.start : undefined;
  return { source, text: words, ...(address === undefined ? {} : { address: formatPlainAddress(address) }) };
}
