import { expect, it } from 'vitest';
import { fieldsIn } from '../../../shared/analysis/typed/flatten.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { TypeNode } from '../../../shared/model/typed-data.ts';
import { compileCpp } from '../../testing/compile.ts';
import { MemorySource } from '../byte-source.ts';
import { readElfHeaders } from '../read-elf.ts';
import { DwarfReader } from './dwarf-reader.ts';
import { readFileSync } from 'node:fs';

const SOURCE = `
namespace ns { struct Node { Node *next; union { int i; float f; }; unsigned bits : 5; char name[12]; int grid[2][3]; }; Node node; }
enum Colour { red, green }; Colour colour; int (*call)(int, const char *); template <typename T> struct Pair { T a, b; }; Pair<double> pair;
int main() { static long calls; return (int)calls; }`;

/** Small, seeded, good enough to spread mutations. */
function* random(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

it('answers or refuses in words, whatever is done to the debug sections', async () => {
  const original = readFileSync(compileCpp(SOURCE, { name: 'fuzz', flags: ['-gdwarf-5', '-nostdlib', '-static', '-ffreestanding', '-Wl,-e,main'] }));
  const { facts } = readElfHeaders(new MemorySource('original', original));
  const debug = facts.sections.filter(({ name }) => name.startsWith('.debug_') && !name.includes('line') && !name.includes('aranges'));
  expect(debug.length).toBeGreaterThan(2);
  const dice = random(20_260_723);
  const roll = (below: number): number => Math.floor((dice.next().value ?? 0) * below);
  const outcomes = { answered: 0, refused: 0 };
  for (let round = 0; round < 1500; round++) {
    const bytes = new Uint8Array(original);
    for (let i = roll(8); i >= 0; i--) {
      const section = debug[roll(debug.length)];
      if (section !== undefined && section.size > 0n) bytes[Number(section.offset) + roll(Number(section.size))] = roll(256);
    }
    const nodes: TypeNode[] = [];
    try {
      // oxlint-disable-next-line no-await-in-loop
      const { variables } = await new DwarfReader(new MemorySource('mutant', bytes), facts.sections).variablesIn(0n, 1n << 62n, 100, nodes);
      for (const { type, sizeBytes } of variables) fieldsIn(nodes, type, 0, sizeBytes, 200, () => 0n);
      expect(nodes.length).toBeLessThan(5000);
      outcomes.answered++;
    } catch (error) {
      if (!(error instanceof VmatlasError)) throw error;
      expect(['malformed-input', 'unsupported']).toContain(error.code);
      outcomes.refused++;
    }
  }
  expect(outcomes.answered).toBeGreaterThan(0);
  expect(outcomes.refused).toBeGreaterThan(0);
});
