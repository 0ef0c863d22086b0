import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAUSE_IDS, type Explanation } from '../../../shared/model/explanation.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import { compileC, compileCpp, compileRust, hasRust, programSource } from '../../testing/compile.ts';
import { C_CASES, CPP_MODES, RUST_PANICS, type FaultCase } from './testing/fault-cases.ts';
import { FaultStage, mapsLines, type Act } from './testing/fault-stage.ts';

/**
 * The truth table: each program says what it is about to do, the kernel says what came of it (/proc/PID/maps, and the same fault caught by a handler in a run without gdb); the
 * explanation must say the same. Programs are compiled once per optimisation and run again and again under one gdb each.
 */
const LEVELS = ['-O0', '-O2'] as const;
type Level = (typeof LEVELS)[number];

function source(name: string): string {
  return readFileSync(programSource(`faults/${name}`), 'utf8');
}

function stagesOf(compile: (level: Level) => string): Record<Level, FaultStage> & { readonly programs: Record<Level, string> } {
  const programs = { '-O0': compile('-O0'), '-O2': compile('-O2') };
  return { '-O0': new FaultStage(programs['-O0']), '-O2': new FaultStage(programs['-O2']), programs };
}

type Stages = ReturnType<typeof stagesOf>;
const stages: Partial<Record<'c' | 'cpp' | 'rust' | 'rustAbort', Stages>> = {};

function stage(language: keyof typeof stages): Stages {
  const found = stages[language];
  if (!found) throw new Error(`${language} was not compiled`);
  return found;
}

/** Both levels at a time: each has a gdb of its own. */
async function runBoth(language: keyof typeof stages, mode: string, lastKey: string): Promise<readonly (readonly [Level, Act])[]> {
  return Promise.all(LEVELS.map(async (level) => [level, await stage(language)[level].run(mode, lastKey)] as const));
}

function faultOf({ answer }: Act): Explanation {
  if (answer.kind !== 'fault') throw new Error(answer.reason);
  return answer;
}

afterAll(async () => {
  await Promise.all(Object.values(stages).flatMap((both) => LEVELS.map((level) => both[level].dispose())));
});

/** What the kernel tells a handler of the same fault, without gdb: si_code and, of a page fault, the processor's error code (Intel SDM vol. 3, 4.7). */
function handledTruth(program: string, mode: string): { readonly signal: number; readonly code: number; readonly access: string | undefined } | undefined {
  const { stdout } = spawnSync(program, [mode, 'handled'], { encoding: 'utf8' });
  const match = /^handled (\d+) code (-?\d+) addr \S+ err ([0-9a-f]+) trap (\d+)$/m.exec(stdout);
  if (!match) return undefined;
  const error = Number.parseInt(match[3] ?? '0', 16);
  return { signal: Number(match[1]), code: Number(match[2]), access: match[4] === '14' ? (error & 16 ? 'execute' : error & 2 ? 'write' : 'read') : undefined };
}

function expectPlace(level: Level, fault: Explanation, act: Act, kind: NonNullable<FaultCase['place']>): void {
  const { address } = fault;
  if (address === undefined) throw new Error(`${level}: no address`);
  const lines = mapsLines(act.maps);
  const line = lines.find(({ start, end }) => start <= address && address < end);
  if (isUnmappedKind(kind)) {
    expect([level, line, fault.region, fault.gap?.kind]).toEqual([level, undefined, undefined, kind]);
    const below = lines.findLast(({ end }) => end <= address);
    const above = lines.find(({ start }) => start > address);
    expect([level, fault.gap?.below?.distanceBytes, fault.gap?.above?.distanceBytes]).toEqual([level, below && address - below.end, above && above.start - address]);
    return;
  }
  expect([level, fault.region?.kind, fault.region?.perms, fault.gap]).toEqual([level, kind, line?.perms, undefined]);
  expect(fault.region !== undefined && line !== undefined && line.start <= fault.region.start && fault.region.start <= address && address < fault.region.end && fault.region.end <= line.end).toBe(true);
}

describe('C', () => {
  beforeAll(() => {
    stages.c = stagesOf((level) => compileC(source('faults.c'), { name: `faults${level}`, flags: ['-g', level, '-w'] }));
  });

  it.each(C_CASES)('$mode: $id', async (wanted) => {
    const { mode, id, certainty, place, text } = wanted;
    for (const [level, act] of await runBoth('c', mode, mode === 'overrun-array' ? 'object' : 'size')) {
      const fault = faultOf(act);
      expect([level, fault.cause.id, fault.cause.certainty, fault.access]).toEqual([level, id, certainty, wanted.access ?? act.facts.get('access')]);
      if (text) expect(fault.cause.text).toMatch(text);
      if (fault.access === 'none') expect([level, fault.address, fault.region, fault.gap]).toEqual([level, undefined, undefined, undefined]);
      else if (!wanted.addressUnknown) expect([level, fault.address]).toEqual([level, BigInt((act.facts.get('address') ?? '').replace('(nil)', '0'))]);
      const size = Number(act.facts.get('size'));
      if (size > 0) expect([level, fault.sizeBytes]).toEqual([level, size]);
      if (place) expectPlace(level, fault, act, place);
      const kernel = handledTruth(stage('c').programs[level], mode);
      if (kernel) expect([level, fault.signal?.number, fault.code?.number, fault.access]).toEqual([level, kernel.signal, kernel.code, kernel.access ?? fault.access]);
      expect(fault.evidence.length).toBeGreaterThan(0);
      expect(fault.cause.text).not.toMatch(/\bundefined\b(?! behaviour)|\?\?/);
    }
  });

  it('vsyscall-read: the kernel’s half, or a mapping that says so', async () => {
    for (const [level, act] of await runBoth('c', 'vsyscall-read', 'size')) {
      // vsyscall=emulate lets it be read, xonly and none do not (Documentation/admin-guide/kernel-parameters.txt).
      if (act.answer.kind === 'none') continue;
      expect([level, act.answer.cause.id, act.answer.access, act.answer.address]).toEqual([level, 'kernel-address', 'read', 0xffff_ffff_ff60_0000n]);
    }
  });

  it('an exception of floating-point arithmetic that is no division by zero is not taken for one', async () => {
    for (const [, { answer }] of await runBoth('c', 'invalid-float', 'size')) expect(answer).toEqual({ kind: 'none', reason: expect.stringContaining('FPE_FLTINV') });
  });
});

it('names the field by the frame’s variables where the source file is gone', async () => {
  const text = `#include <stdio.h>
    struct node { long value; struct node *next; int count; };
    __attribute__((noinline)) int get(struct node *n, struct node *m) { return n->count + (m ? 1 : 0); }
    int main(int argc, char **argv) { struct node k = {0}; printf("size 4\\n"); fflush(stdout); return get(argc > 50 ? &k : 0, &k); }`;
  const program = compileC(text, { name: 'gone', flags: ['-g', '-O0'] });
  rmSync(`${program}.c`);
  const gone = new FaultStage(program);
  const fault = faultOf(await gone.run('any', 'size'));
  await gone.dispose();
  expect([fault.sourceText, fault.field]).toEqual([undefined, { name: 'count', type: 'struct node', offsetBytes: 16, pointer: 'n' }]);
});

describe('C++: uncaught exceptions', () => {
  beforeAll(() => {
    stages.cpp = stagesOf((level) => compileCpp(source('throws.cpp'), { name: `throws${level}`, flags: ['-g', level] }));
  });

  it.each(CPP_MODES)('%s', async (mode) => {
    for (const [level, act] of await runBoth('cpp', mode, 'text')) {
      const fault = faultOf(act);
      const text = act.facts.get('text');
      expect([level, fault.cause.id, fault.cause.certainty, fault.access, fault.thrown?.type]).toEqual([level, 'uncaught-exception', 'certain', 'none', act.facts.get('type')]);
      // A what() of the program's own can only be had from what was printed, which names the type that way too.
      if (text !== undefined && text !== '') expect([level, fault.thrown?.text]).toEqual([level, text]);
      if (mode === 'own') expect(fault.thrown?.text).toBe('made by hand');
    }
  });

  it('std::terminate without an exception is an abort', async () => {
    for (const [, act] of await runBoth('cpp', 'terminate', 'text')) {
      const fault = faultOf(act);
      expect([fault.cause.id, fault.thrown]).toEqual(['abort', undefined]);
    }
  });
});

describe.runIf(hasRust())('Rust', () => {
  beforeAll(() => {
    const compile = (flags: readonly string[]) => (level: Level) => compileRust(source('panics.rs'), { name: `panics${level}`, flags: [...flags, '-C', `opt-level=${level.at(-1) ?? '0'}`] });
    stages.rust = stagesOf(compile(['-g']));
    stages.rustAbort = stagesOf(compile(['-C', 'panic=abort']));
  });

  it.each(RUST_PANICS)('%s with panic=abort', async (mode) => {
    for (const [level, act] of await runBoth('rustAbort', mode, 'text')) {
      const fault = faultOf(act);
      expect([level, fault.cause.id, fault.cause.certainty, fault.access, fault.thrown?.text]).toEqual([level, 'rust-panic', 'certain', 'none', act.facts.get('text')]);
      expect(fault.thrown?.place).toMatch(/\.rs:\d+:\d+$/);
    }
  });

  it('process::abort is no panic', async () => {
    for (const [level, act] of await runBoth('rust', 'abort', 'text')) expect([level, faultOf(act).cause.id]).toEqual([level, 'abort']);
  });

  it('a null pointer: the check of a debug build panics, an optimised build faults', async () => {
    for (const [level, act] of await runBoth('rust', 'null', 'access')) {
      const fault = faultOf(act);
      if (fault.cause.id === 'rust-panic') expect([level, fault.thrown?.text]).toEqual(['-O0', 'null pointer dereference occurred']);
      else {
        expect([level, fault.cause.id, fault.access, fault.address]).toEqual([level, 'null-dereference', 'read', BigInt(act.facts.get('address') ?? '')]);
        expect(fault.field).toMatchObject({ name: 'count', pointer: '(*node).next' });
      }
    }
  });

  it.each([['stack-overflow', 'gap'], ['thread-stack-overflow', 'guard']] as const)('%s', async (id, place) => {
    for (const [level, act] of await runBoth('rust', id, 'access')) {
      const fault = faultOf(act);
      expect([level, fault.cause.id, fault.cause.certainty, fault.access]).toEqual([level, id, 'certain', 'write']);
      expect(fault.recursion?.functions.join(' ')).toMatch(/recurse/);
      expectPlace(level, fault, act, place);
    }
  });
});

it('every cause has a program here', () => {
  const known = new Set<string>([...C_CASES.map(({ id }) => id), 'uncaught-exception', 'rust-panic']);
  expect(CAUSE_IDS.filter((id) => !known.has(id))).toEqual([]);
});
