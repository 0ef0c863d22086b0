import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabCheckState, LabLanguage, LabReport } from '../../../shared/model/lab.ts';
import type { CallContext } from '../../../shared/rpc/contract.ts';
import { liveFactories } from '../../session/live-factories.ts';
import { SessionManager } from '../../session/session-manager.ts';
import { scratchFolder } from '../../testing/compile.ts';
import { Labs } from '../labs.ts';

/** The labs' programs as they are shipped. */
export const LAB_RESOURCES = join(import.meta.dirname, '../../../../resources/labs');

/** A change to a lab's program that makes it behave in another way than the lab says. */
export interface Sabotage {
  readonly lab: string;
  readonly language: LabLanguage;
  /** Below resources/labs. */
  readonly file: string;
  /** Each text occurs once in the file. */
  readonly changes: readonly (readonly [from: string, to: string])[];
}

/** Runs a lab on a changed copy of its program, and tells the state of each check. */
export async function runSabotaged(sabotage: Sabotage): Promise<ReadonlyMap<string, LabCheckState>> {
  const resources = mkdtempSync(join(scratchFolder(), 'labs-'));
  const folder = sabotage.file.slice(0, sabotage.file.indexOf('/'));
  cpSync(join(LAB_RESOURCES, folder), join(resources, folder), { recursive: true });
  let text = readFileSync(join(resources, sabotage.file), 'utf8');
  for (const [from, to] of sabotage.changes) {
    if (text.split(from).length !== 2) throw new Error(`“${from}” is not once in ${sabotage.file}`);
    text = text.replace(from, () => to);
  }
  writeFileSync(join(resources, sabotage.file), text);
  const { results } = await runLab(sabotage.lab, sabotage.language, resources);
  return new Map(results.map(({ id, state }) => [id, state]));
}

export async function runLab(name: string, language: LabLanguage, resources: string = LAB_RESOURCES): Promise<LabReport> {
  return withLab(name, language, resources, (labs, sessionId, context) => labs.verify({ sessionId, putBack: false }, context, () => undefined));
}

/** A lab as shipped: which places of its steps have no address where the lab begins, and what its checks say. */
export async function tryLab(name: string, language: LabLanguage): Promise<{ readonly lost: readonly string[]; readonly report: LabReport }> {
  return withLab(name, language, LAB_RESOURCES, async (labs, sessionId, context) => {
    const { steps } = await labs.get(name);
    const lost: string[] = [];
    for (const { id, action } of steps) {
      if (action?.kind !== 'go' || action.place === undefined) continue;
      await labs.probe(sessionId, context.signal).resolve(action.place).catch((error: unknown) => lost.push(`${id}: ${String(error)}`));
    }
    return { lost, report: await labs.verify({ sessionId, putBack: false }, context, () => undefined) };
  });
}

async function withLab<T>(name: string, language: LabLanguage, resources: string, work: (labs: Labs, sessionId: string, context: CallContext) => Promise<T>): Promise<T> {
  const manager = new SessionManager(liveFactories());
  const context: CallContext = { signal: new AbortController().signal, progress: () => undefined };
  try {
    const labs = new Labs({ manager, places: { resources, cache: join(scratchFolder(), 'labs') } });
    const { sessionId } = await labs.start(name, language, context);
    return await work(labs, sessionId, context);
  } finally {
    await manager.dispose();
  }
}
