import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LabLanguage } from '../../../shared/model/lab.ts';
import type { CallContext } from '../../../shared/rpc/contract.ts';
import { liveFactories } from '../../session/live-factories.ts';
import { SessionManager } from '../../session/session-manager.ts';
import { hasRust, scratchFolder } from '../../testing/compile.ts';
import { appliesTo } from '../lab-definition.ts';
import { Labs } from '../labs.ts';
import { LAB_RESOURCES } from '../testing/sabotage.ts';

/** Does every step of a lab as its buttons would, and tells where the program came to by them. */
async function walk(name: string, language: LabLanguage): Promise<readonly string[]> {
  const manager = new SessionManager(liveFactories());
  const context: CallContext = { signal: new AbortController().signal, progress: () => undefined };
  try {
    const labs = new Labs({ manager, places: { resources: LAB_RESOURCES, cache: join(scratchFolder(), 'labs') } });
    const { sessionId } = await labs.start(name, language, context);
    const probe = labs.probe(sessionId, context.signal);
    const { steps } = await labs.get(name);
    const stops: string[] = [];
    for (const { action } of steps.filter((step) => appliesTo(step, language))) {
      if (action?.kind === 'run' && action.command === 'continue') {
        const { stop, ending } = await probe.goOn();
        stops.push(stop?.signal?.name ?? stop?.frame?.function ?? ending ?? 'nowhere');
      } else if (action?.kind === 'go' && action.place !== undefined) {
        // Rejects when the place is not known here.
        await probe.resolve(action.place);
      }
    }
    return stops;
  } finally {
    await manager.dispose();
  }
}

describe('labs 4 to 7: their steps lead through all stages, and to places that are known there', () => {
  it.each([
    ['bss', 'c', ['stage_read', 'stage_written']],
    ['rodata', 'c', ['stage_before', 'SIGSEGV']],
    ['heap', 'c', ['stage_small', 'stage_freed', 'stage_trimmed', 'stage_large', 'stage_gone']],
    ['stack', 'c', ['stage_deep', 'stage_after', 'stage_grown', 'stage_thread', 'SIGSEGV', 'stage_survived', 'SIGSEGV']],
  ] as const)('%s (%s)', async (name, language, stops) => {
    expect(await walk(name, language)).toEqual(stops);
  });

  it.runIf(hasRust())('heap (rust)', async () => {
    expect((await walk('heap', 'rust')).map((stop) => stop.split('::').at(-1))).toEqual(['stage_dropped']);
  });
});
