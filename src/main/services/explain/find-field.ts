import { asNumber } from './gdb-number.ts';
import type { FaultFacts } from '../../../shared/analysis/explain/fault-facts.ts';
import type { Address } from '../../../shared/address/address.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { FaultField } from '../../../shared/model/explanation.ts';
import type { Debugger, VariableChild } from '../../target/debugger.ts';

/** Accesses through pointers that are looked at in one source line. */
const MOST_ACCESSES = 8;
const MOST_FIELDS = 256;

export interface FoundField {
  readonly field: FaultField;
  readonly words: string;
}

/**
 * Which field a null pointer was asked for: of the accesses that the source line writes (`n->next->count`, `(*p).count`, `p[3].x`), the one whose pointer is null and whose field lies at the
 * address. gdb knows types and offsets from the debug information; a pointer whose value was optimised away still has a type.
 */
export async function findField(held: Debugger, facts: FaultFacts, address: Address): Promise<FoundField | undefined> {
  const accesses = accessesIn(facts.sourceText ?? '');
  for (const access of accesses) {
    // oxlint-disable-next-line no-await-in-loop -- the first that fits is the answer, and gdb answers one after the other
    const found = await tryAccess(held, facts, access, address);
    if (found) return found;
  }
  return byVariables(held, facts, address);
}

interface WrittenAccess {
  readonly pointer: string;
  readonly field: string;
}

/** `a->b->c.d[0]` is an access of field b of what a points to, and of c.d of what a->b points to. */
export function accessesIn(line: string): readonly WrittenAccess[] {
  const found: WrittenAccess[] = [];
  for (const [chain] of line.matchAll(/[A-Za-z_]\w*(?:\[\w+\]|\.[A-Za-z_]\w*|->[A-Za-z_]\w*)+/g)) {
    const steps = chain.split('->');
    for (let at = 1; at < steps.length; at++) found.push({ pointer: steps.slice(0, at).join('->'), field: steps[at] ?? '' });
  }
  // `(*p).field`: Rust, and C's other way of writing it.
  for (const match of line.matchAll(/\)\.([A-Za-z_][\w.]*)/g)) {
    const pointer = dereferenced(line, match.index);
    if (pointer !== undefined) found.push({ pointer, field: match[1] ?? '' });
  }
  return found.filter(({ pointer, field }) => pointer !== '' && field !== '').toReversed().slice(0, MOST_ACCESSES);
}

/** The `p` of a `(*p)` whose closing parenthesis is at `close`. */
function dereferenced(line: string, close: number): string | undefined {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    if (line[at] === ')') depth++;
    else if (line[at] === '(' && --depth === 0) return line[at + 1] === '*' ? line.slice(at + 2, close).trim() : undefined;
  }
  return undefined;
}

async function tryAccess(held: Debugger, facts: FaultFacts, { pointer, field }: WrittenAccess, address: Address): Promise<FoundField | undefined> {
  const { thread, frameLevel } = facts;
  const isRust = facts.source?.file.endsWith('.rs') === true;
  const asked = isRust ? [`${pointer} as u64`, `&(*${pointer}).${field}`] : [`(unsigned long)(${pointer})`, `(unsigned long)&((${pointer})->${field})`, `(unsigned long)&((__typeof__(${pointer}))0)->${field}`];
  const [value, place, offset] = (await held.values(thread.id, frameLevel, asked)).map(asNumber);
  if (value !== undefined && value !== 0n) return undefined;
  const found = place ?? offset;
  if (found === undefined || BigInt.asUintN(64, found) !== address) return undefined;
  const type = (await typeOf(held, facts, pointer)) ?? 'what it points to';
  const words = value === undefined ? `${pointer}->${field} lies ${found} bytes into a ${type}; the value of ${pointer} itself was optimised away` : `${pointer} is 0, and ${pointer}${isRust ? ').' : '->'}${field} lies ${found} bytes into a ${type}`;
  return { field: { name: field, type, offsetBytes: Number(found), pointer: value === undefined && !isPlain(pointer) ? undefined : pointer }, words: isRust ? words.replace(`${pointer}).`, `(*${pointer}).`) : words };
}

function isPlain(expression: string): boolean {
  return /^\w+$/.test(expression);
}

/** Without the source line: the null pointers among the frame's variables whose type has a field right there. More than one would be a guess. */
async function byVariables(held: Debugger, facts: FaultFacts, address: Address): Promise<FoundField | undefined> {
  const { thread, frameLevel } = facts;
  const { variables } = await held.stack(thread.id, frameLevel, frameLevel, true);
  const nulls = (variables.get(frameLevel) ?? []).filter(({ name, type, value }) => /^\w+$/.test(name) && type?.endsWith('*') === true && asNumber(value) === 0n).slice(0, MOST_ACCESSES);
  const fits = await Promise.all(nulls.map(async ({ name, type }): Promise<FoundField[]> => {
    const field = (await childrenOf(held, facts, `*(${name})`)).find((child) => child.address === address);
    const of = (type ?? '').replace(/\s*\*$/, '');
    if (!field) return [];
    return [{ field: { name: field.name, type: of, offsetBytes: Number(address), pointer: name }, words: `the variable ${name} is 0, and ${name}->${field.name} lies ${address} bytes into a ${of}` }];
  }));
  const [only, ...more] = fits.flat();
  return more.length === 0 ? only : undefined;
}

async function childrenOf(held: Debugger, { thread, frameLevel }: FaultFacts, expression: string): Promise<readonly VariableChild[]> {
  try {
    return (await held.variableChildren(expression, { threadId: thread.id, frameLevel }, 0, MOST_FIELDS)).children;
  } catch (error) {
    if (error instanceof VmatlasError && error.code === 'gdb-error') return [];
    throw error;
  }
}

/** The pointed-to type's name, as gdb writes the pointer's. */
async function typeOf(held: Debugger, facts: FaultFacts, pointer: string): Promise<string | undefined> {
  try {
    const { type } = await held.variableChildren(pointer, { threadId: facts.thread.id, frameLevel: facts.frameLevel }, 0, 0);
    return type?.replace(/\s*\*\s*(?:const|volatile|restrict|\s)*$/, '').replace(/^\*(?:const|mut) /, '').replace(/^(?:const|volatile) /, '');
  } catch (error) {
    if (error instanceof VmatlasError && error.code === 'gdb-error') return undefined;
    throw error;
  }
}
