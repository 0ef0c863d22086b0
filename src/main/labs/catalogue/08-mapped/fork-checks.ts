import { addBytes } from '../../../../shared/address/address.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { LabCheckDefinition } from '../../lab-definition.ts';
import { childOf } from '../../probe/child-of.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { letter } from './mapping-checks.ts';

export const forkChecks: readonly LabCheckDefinition[] = [
  {
    id: 'same-map', stage: 'forked', title: 'After fork the child has the same mappings at the same addresses', run: sameMap,
    why: 'fork copies the list of mappings: ranges, permissions, kinds and files. That is why pointers stay valid in the child.',
  },
  {
    id: 'fork-shares', stage: 'forked', title: 'The child’s writes to the two shared mappings are seen here', run: forkShares,
    why: 'A shared mapping refers to its pages, not to a copy; both processes refer to the same ones, with or without a file.',
  },
  {
    id: 'fork-copies', stage: 'forked', title: 'Its writes to private mappings and globals are not', run: forkCopies,
    why: 'Private pages look the same in both until one of them writes; the writer then gets a copy of its own.',
  },
];

async function sameMap(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const child = await childOf(probe);
  for (const name of ['shared_file', 'private_file', 'anonymous', 'shared_anonymous', 'ordinary']) {
    const { address } = await probe.printedAddress(name);
    const here = probe.mappingAt(address);
    const there = child.mappingAt(address);
    if (here === undefined || there === undefined) check.cannot(`${name} is not mapped in ${here === undefined ? 'the parent' : 'the child'}.`);
    check.expect(here.evidence.text === there.evidence.text, `${name}: both processes have the same line.`, here, there);
  }
}

async function forkShares(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const child = await childOf(probe);
  for (const [name, offset] of [['shared_file', 2], ['shared_anonymous', 0]] as const) {
    const at = addBytes((await probe.printedAddress(name)).address, offset);
    const here = await probe.memory(at, 1);
    const there = child.memory(at, 1);
    check.expect(letter(there.bytes) === 'c', `${name}[${offset}]: the child wrote c.`, there);
    check.expect(letter(here.bytes) === 'c', `${name}[${offset}]: the parent, which did not, reads c.`, here);
    const [ours, theirs] = [await probe.page(at), child.page(at)];
    if (ours.frame !== undefined && theirs.frame !== undefined) check.expect(ours.frame === theirs.frame, `${name}: both page tables name frame 0x${ours.frame.toString(16)}.`, ours, theirs);
  }
}

async function forkCopies(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const child = await childOf(probe);
  for (const [name, own] of [['private_file', 'P'], ['anonymous', 'A'], ['ordinary', 'p']] as const) {
    const { address } = await probe.printedAddress(name);
    const here = await probe.memory(address, 1);
    const there = child.memory(address, 1);
    check.expect(letter(there.bytes) === 'c', `${name}: the child wrote c.`, there);
    check.expect(letter(here.bytes) === own, `${name}: the parent still has its ${own}.`, here);
  }
}
