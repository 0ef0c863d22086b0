import { formatAddress, toAddress } from '../../shared/address/address.ts';
import { formatSize } from '../../shared/address/size.ts';
import { isUnmappedKind } from '../../shared/model/region.ts';
import type { Completion } from '../../shared/rpc/contracts/locate.ts';
import { fileName, symbolWord, type LocateSources } from './locate.ts';

/** What the text may become: registers, regions, symbols, then what gdb knows, at most `limit`, none twice. */
export async function completeLocation(asked: string, limit: number, sources: LocateSources): Promise<readonly Completion[]> {
  const text = asked.trimStart();
  const found = new Map<string, Completion>();
  const add = (completion: Completion): void => {
    if (found.size < limit && !found.has(completion.text)) found.set(completion.text, completion);
  };
  if (text.startsWith('$')) {
    for (const completion of await registers(text.slice(1), sources)) add(completion);
    return [...found.values()];
  }
  if (text === '' || text.startsWith('[')) for (const completion of regions(text, sources)) add(completion);
  if (text !== '' && !text.startsWith('[')) {
    for (const symbol of sources.picture.modules.completeSymbol(text, limit)) {
      add({
        text: symbol.demangled ?? symbol.name, how: 'symbol', detail: `${symbolWord(symbol)} in ${fileName(symbol.modulePath)}`,
        // A thread-local symbol has one place for each thread.
        address: symbol.type === 'tls' ? undefined : symbol.address,
      });
    }
    for (const completion of regions(text, sources)) add(completion);
    for (const completion of await registers(text, sources)) add(completion);
    if (sources.stopped && found.size < limit) {
      for (const expression of await sources.stopped.completeExpression(text, limit)) add({ text: expression, how: 'expression', detail: 'gdb', address: undefined });
    }
  }
  return [...found.values()];
}

async function registers(prefix: string, sources: LocateSources): Promise<readonly Completion[]> {
  if (!sources.stopped) return [];
  const all = await sources.stopped.registers(sources.context.threadId, sources.context.frameLevel ?? 0);
  return all
    .filter((register) => register.name.startsWith(prefix))
    .map((register) => ({
      text: `$${register.name}`, how: 'register', detail: register.text,
      address: register.group === 'general' && register.value !== undefined ? toAddress(BigInt.asUintN(64, register.value)) : undefined,
    }));
}

/** Labels that contain the text, each once, in the order of the map. */
function regions(text: string, sources: LocateSources): readonly Completion[] {
  const table = sources.picture.regions;
  const seen = new Set<string>();
  const found: Completion[] = [];
  const wanted = text.toLowerCase();
  for (let row = 0; row < table.length; row++) {
    if (isUnmappedKind(table.kindAt(row))) continue;
    const label = table.labelAt(row);
    if (label === '' || seen.has(label) || !label.toLowerCase().includes(wanted)) continue;
    seen.add(label);
    const region = table.rowAt(row);
    found.push({ text: label, how: 'region', detail: `${region.perms} ${formatSize(region.end - region.start)} at ${formatAddress(region.start)}`, address: region.start });
  }
  return found;
}
