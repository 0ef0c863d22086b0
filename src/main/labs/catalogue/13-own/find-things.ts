import { formatPlainAddress, toAddress, type Address } from '../../../../shared/address/address.ts';
import { rangeFrom } from '../../../../shared/address/range.ts';
import type { AddressFact } from '../../probe/facts.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';

/** Something found in a program of the user's. */
export interface Thing extends AddressFact {
  readonly name: string;
}

const MOST_VARIABLES = 200;
/** The beginning of .rodata is enough to find a text in. */
const MOST_RODATA = 1024 * 1024;
const SHORTEST_TEXT = 4;

/** The function where the program is stopped, by its symbol. */
export async function findFunction(probe: LabProbe): Promise<Thing | undefined> {
  const { stop, pc } = await probe.stop();
  const { modules } = await probe.picture();
  const symbol = modules.symbolAt(pc)?.symbol;
  if (symbol?.type !== 'function') return undefined;
  const name = stop.frame?.function ?? symbol.demangled ?? symbol.name;
  return thing(name, symbol.address, 'symbol table', `${symbol.name} is ${formatPlainAddress(symbol.address)}, ${symbol.sizeBytes} bytes`);
}

/** A variable in a section, from the debug information: one outside functions, if there is one. */
export async function findVariable(probe: LabProbe, sectionName: string): Promise<Thing | undefined> {
  const section = (await probe.sections()).find(({ name }) => name === sectionName);
  if (section?.address === undefined || section.sizeBytes === 0n) return undefined;
  const { variables } = await (await probe.picture()).modules.variablesIn(rangeFrom(section.address, section.sizeBytes), MOST_VARIABLES);
  const inside = variables.filter(({ address, sizeBytes, modulePath }) => section.address !== undefined && address >= section.address && sizeBytes > 0 && modulePath === probe.program);
  const found = inside.find(({ inFunction }) => inFunction === '') ?? inside[0];
  if (!found) return undefined;
  const where = found.inFunction === '' ? '' : ` in ${found.inFunction}`;
  return thing(found.name, found.address, 'debug information', `${found.name}${where} at ${formatPlainAddress(found.address)}, ${found.sizeBytes} bytes`);
}

/** A local or parameter of the innermost frame that has a place in memory. */
export async function findLocal(probe: LabProbe): Promise<Thing | undefined> {
  const { variables } = await probe.gdb().stack(probe.threadId, 0, 0, true);
  const placed = (variables.get(0) ?? []).filter(({ address }) => address !== undefined);
  const { name, address, role } = placed.find((variable) => variable.role === 'local') ?? placed[0] ?? {};
  if (name === undefined || address === undefined) return undefined;
  return thing(name, toAddress(address), `gdb: print &${name}`, `${formatPlainAddress(toAddress(address))}, a ${role} of the innermost frame`);
}

/** A text in .rodata: printable characters up to a NUL, as C ends them; else, as Rust does not, a long run of them. */
export async function findText(probe: LabProbe): Promise<Thing | undefined> {
  const section = (await probe.sections()).find(({ name }) => name === '.rodata');
  if (section?.address === undefined) return undefined;
  const length = Number(section.sizeBytes < MOST_RODATA ? section.sizeBytes : MOST_RODATA);
  const { bytes } = await probe.memory(section.address, length);
  const latin = Buffer.from(bytes).toString('latin1');
  const match = new RegExp(String.raw`(?<![ -~])[ -~]{${SHORTEST_TEXT},}(?=\0)`).exec(latin) ?? /[ -~]{12,}/.exec(latin);
  if (!match) return undefined;
  const text = match[0].slice(0, 40);
  const at = toAddress(section.address + BigInt(match.index));
  return thing(`“${text}”`, at, `/proc/${probe.pid}/mem at ${formatPlainAddress(at)}`, text);
}

function thing(name: string, address: Address, from: string, text: string): Thing {
  return { name, address, text, evidence: { from, text } };
}
