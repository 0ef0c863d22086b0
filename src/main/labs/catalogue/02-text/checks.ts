import { toAddress } from '../../../../shared/address/address.ts';
import { VmatlasError } from '../../../../shared/model/errors.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { LabCheckDefinition } from '../../lab-definition.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { bytesInFile } from '../bytes-in-file.ts';
import { claimExplained } from '../claim-explained.ts';
import { sameBytes } from '../same-bytes.ts';

/** Some instructions of main. */
const LOOKED_AT = 16;
const NOPS = Uint8Array.of(0x90, 0x90, 0x90, 0x90);

export const textChecks: readonly LabCheckDefinition[] = [
  {
    id: 'bytes', stage: 'look', title: 'The instructions of main are bytes: the same in memory, in the file, and in gdb’s disassembly', why: 'The mapping of .text shows the file’s own pages.',
    run: claimBytes,
  },
  {
    id: 'permissions', stage: 'look', title: 'main lies in a mapping that may be read and executed, and not written', why: 'The linker gave its segment the flags R and E, and the kernel maps it so.',
    run: claimPermissions,
  },
  {
    id: 'wx', stage: 'look', title: 'Nothing in the whole process is writable and executable at once', why: 'W^X: what can be written cannot be run, so bytes that an attacker brings in stay data.',
    run: claimNothingIsBoth,
  },
  {
    id: 'debugger', stage: 'look', title: 'A debugger’s write changes a private copy: not the mapping’s permissions, and not the file', why: 'The kernel writes for the debugger, and copies a private page first. Breakpoints work so.',
    run: claimPrivateCopy,
  },
  {
    id: 'fault', stage: 'fault', title: 'Writing into main raises SIGSEGV with SEGV_ACCERR at main', why: 'There is a mapping at the address, and it does not permit writing.',
    run: claimFault,
  },
  {
    id: 'before', stage: 'fault', title: 'The fault came before the write: no byte has changed, and rip is still at the store', why: 'The processor checks the permission first, and reports a fault with rip at the instruction.',
    run: claimNothingWritten,
  },
];

async function claimBytes(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const main = await probe.printedAddress('main');
  const memory = await probe.memory(main.address, LOOKED_AT);
  const file = await bytesInFile(probe, main, LOOKED_AT);
  check.expect(sameBytes(memory.bytes, file.bytes), 'The bytes in memory are those of the file.', main, memory, file);
  const instructions = (await probe.instructions(main.address, toAddress(main.address + BigInt(LOOKED_AT)))).slice(0, 4);
  const written = instructions.flatMap(({ bytes }) => [...bytes]);
  const here = await probe.memory(main.address, written.length);
  check.expect(written.length > 0 && sameBytes(here.bytes, Uint8Array.from(written)), 'gdb reads them as instructions.', ...instructions);
  const printed = await probe.printed('first four bytes');
  const number = new DataView(memory.bytes.buffer).getUint32(0, true);
  check.expect(BigInt(printed.text) === BigInt(number), 'The program read them too: as one number, lowest byte first.', printed, memory);
}

async function claimPermissions(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const main = await probe.printedAddress('main');
  const mapping = probe.mappingAt(main.address);
  if (!mapping) return check.cannot('main is in no mapping.');
  check.expect(mapping.perms === 'r-xp', 'Its mapping is r-xp.', main, mapping);
  const section = await probe.section('.text');
  check.expect(section.flags.includes('X') && !section.flags.includes('W'), '.text asks for that: its flags have X and no W.', section);
  const region = await probe.region(main.address);
  check.expect(region.kind === 'text' && region.perms === 'r-xp', 'vmatlas calls it text, r-xp.', region);
}

async function claimNothingIsBoth(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const mappings = probe.mappings();
  const both = mappings.filter(({ perms }) => perms.includes('w') && perms.includes('x'));
  const executable = mappings.filter(({ perms }) => perms.includes('x'));
  const writable = mappings.filter(({ perms }) => perms.includes('w'));
  check.expect(both.length === 0, `Of ${mappings.length} mappings ${executable.length} are executable and ${writable.length} writable; none is both.`, ...both, ...executable);
  const stack = mappings.find(({ path }) => path === '[stack]');
  if (stack) check.expect(!stack.perms.includes('x'), 'The stack cannot be executed.', stack);
}

async function claimPrivateCopy(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const main = await probe.printedAddress('main');
  const before = await probe.memory(main.address, NOPS.length);
  try {
    await probe.withWritten(main.address, NOPS, async () => {
      const after = await probe.memory(main.address, NOPS.length);
      check.expect(sameBytes(after.bytes, NOPS), 'Written through the kernel, the bytes change.', before, after);
      const mapping = probe.mappingAt(main.address);
      if (mapping) check.expect(mapping.perms === 'r-xp', 'The mapping is r-xp as before.', mapping);
      const file = await bytesInFile(probe, main, NOPS.length);
      check.expect(sameBytes(file.bytes, before.bytes), 'The file has its old bytes.', file);
    });
  } catch (error) {
    if (!(error instanceof VmatlasError) || error.code !== 'unreadable') throw error;
    // proc_mem.restrict_override and its like: then not even the debugger may.
    check.expect(true, 'This kernel refuses even that: it does not let /proc/PID/mem write where the mapping forbids it.', { from: `/proc/${probe.pid}/mem`, text: error.evidence ?? error.message });
    return;
  }
  const back = await probe.memory(main.address, NOPS.length);
  check.expect(sameBytes(back.bytes, before.bytes), 'The old bytes are back.', back);
}

async function claimFault(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const main = await probe.printedAddress('main');
  const fault = await probe.fault();
  check.expect(fault.signal === 'SIGSEGV', 'The program was stopped by SIGSEGV.', fault);
  check.expect(fault.codeName === 'SEGV_ACCERR', 'The kernel’s code is SEGV_ACCERR: mapped, but not permitted.', fault);
  check.expect(fault.address === main.address, 'The address of the fault is that of main.', fault, main);
  const mapping = probe.mappingAt(fault.address);
  if (mapping) check.expect(mapping.perms === 'r-xp', 'It lies in a mapping that permits reading and executing only.', mapping);
  await claimExplained(probe, check, { cause: 'write-to-text', access: 'write', address: main.address, words: 'a write to text' });
}

async function claimNothingWritten(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const main = await probe.printedAddress('main');
  const memory = await probe.memory(main.address, LOOKED_AT);
  const file = await bytesInFile(probe, main, LOOKED_AT);
  check.expect(sameBytes(memory.bytes, file.bytes), 'All bytes of main are still those of the file.', memory, file);

  const { pc } = await probe.stop();
  const [store] = await probe.instructions(pc, toAddress(pc + 1n));
  if (!store) return check.cannot('gdb does not disassemble the instruction at rip.');
  check.expect(store.text.startsWith('mov'), `rip is at a store: ${store.text.trim()}.`, store);
  // AT&T and Intel syntax: (%rax), [rax].
  const name = /[([]%?(r[a-z0-9]+)[)\]]/.exec(store.text)?.[1];
  if (name !== undefined) {
    const register = await probe.register(name);
    check.expect(register.address === main.address, `${name} holds the address to store to, and that is main.`, register, main);
  }
  check.expect(!probe.printedLines().some((line) => line.startsWith('Written')), 'The program has not printed what comes after.', {
    from: 'the program’s output', text: probe.printedLines().filter((line) => line !== '').at(-1) ?? '',
  });
}
