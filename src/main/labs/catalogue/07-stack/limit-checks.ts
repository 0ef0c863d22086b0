import { addBytes, formatPlainAddress, type Address } from '../../../../shared/address/address.ts';
import { pageOf, pageStart } from '../../../../shared/address/page.ts';
import { formatCount, formatSize } from '../../../../shared/address/size.ts';
import type { LabEvidence } from '../../../../shared/model/lab.ts';
import { parseLimits } from '../../../procfs/limits.ts';
import { readProcText } from '../../../procfs/read-proc.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import { expectKind } from '../../check/expect-kind.ts';
import { expectUnmapped } from '../../check/expect-unmapped.ts';
import type { LabCheckDefinition } from '../../lab-definition.ts';
import { countSystemCalls } from '../../probe/count-system-calls.ts';
import type { MappingFact } from '../../probe/facts.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { claimExplained } from '../claim-explained.ts';

const SEGV_MAPERR = 1;
const SEGV_ACCERR = 2;
/** pagemap bit 58: a guard page without a mapping of its own (MADV_GUARD_INSTALL), as newer libraries make them. */
const GUARD_BIT = 1n << 58n;
/** The kernel extends by pages; the program's frames are smaller than one. */
const NEAR_BYTES = 64n * 1024n;
/** What 100 calls of swallow take at least. */
const GROWN_BYTES = 100n * 3000n;

/** How far it may go, and how little of that it takes. */
export const limitCheck: LabCheckDefinition = {
  id: 'limit',
  title: 'The limit is a promise: at the start the stack takes a small part of it.',
  why: 'RLIMIT_STACK says how far the stack may grow. The kernel maps about 132 KiB at first and extends that by need.',
  stage: 'before',
  run: async (probe, check) => {
    const limit = await stackLimit(probe);
    const printed = await probe.printed('limit_bytes');
    check.expect(BigInt(printed.text) === limit.bytes, `The limit is ${formatSize(limit.bytes)}: getrlimit in the program and the kernel’s list agree.`, printed, limit);
    const stack = mainStack(probe);
    if (!stack) return void check.expect(false, 'There is a mapping [stack].', limit);
    check.expect(stack.end - stack.start < limit.bytes && stack.perms.startsWith('rw-'), `[stack] is ${formatSize(stack.end - stack.start)}: readable, writable, not executable.`, stack);
    const local = await probe.printedAddress('local');
    const rsp = await probe.register('rsp');
    check.expect(within(stack, local.address) && within(stack, rsp.address), 'main’s local lies in it, and rsp points into it.', local, rsp, stack);
    await expectKind(check, probe, 'The local', local.address, 'stack');
  },
};

/** How far a stack goes, and what is there. */
export const limitChecks: readonly LabCheckDefinition[] = [
  {
    id: 'grows',
    title: 'The stack grows downward by being touched: no system call asks for it.',
    why: 'A touch below the mapping is a page fault; the kernel sees that it belongs to the stack, and extends the mapping down to there (mm: expand_stack).',
    stage: 'after',
    run: async (probe, check) => {
      const before = mainStack(probe);
      const calls = await countSystemCalls(probe, ['brk', 'mmap'], () => probe.toStage('grown'));
      const after = mainStack(probe);
      const rsp = await probe.register('rsp');
      if (!before || !after) return void check.expect(false, 'There is a mapping [stack].', rsp);
      check.expect(after.start < before.start && after.end === before.end, `[stack] reaches ${formatSize(before.start - after.start)} further down; its upper end is where it was.`, before, after);
      check.expect(after.end - after.start >= GROWN_BYTES, 'It holds all 100 frames of 3 KiB.', after);
      check.expect(within(after, rsp.address) && rsp.address < before.start, 'rsp points to where nothing was mapped before.', rsp, before, after);
      check.expect(calls.all === 0, 'The program made no system call meanwhile, neither mmap nor brk nor any other.', ...calls.evidence);
    },
  },
  {
    id: 'thread',
    title: 'A thread’s stack is a mapping of its own with a guard below.',
    why: 'pthread_create maps it at its full size. The kernel extends only the main stack; so here a guard must mark the end.',
    stage: 'thread',
    run: async (probe, check) => {
      const local = await probe.printedAddress('thread_local');
      const rsp = await probe.register('rsp');
      const lowest = await probe.printedAddress('thread_lowest');
      const bytes = await probe.printed('thread_bytes');
      const mapping = probe.mappingAt(local.address);
      if (!mapping) return void check.expect(false, 'The thread’s local is mapped.', local);
      check.expect(mapping.path !== '[stack]' && mapping.perms === 'rw-p', 'The thread’s local does not lie in [stack] but in a mapping of its own, rw-p.', local, mapping);
      check.expect(within(mapping, rsp.address), 'The thread’s rsp points into the same one.', rsp, mapping);
      await expectKind(check, probe, 'The local', local.address, 'thread-stack');
      const top = addBytes(lowest.address, BigInt(bytes.text));
      check.expect(mapping.start <= lowest.address && top <= mapping.end, `It is there at its full size from the start: ${formatSize(BigInt(bytes.text))} from ${formatPlainAddress(lowest.address)}.`, lowest, bytes, mapping);
      const main = mainStack(probe);
      if (main) check.expect(mapping.end <= main.start, 'It lies below the main thread’s.', mapping, main);
      if ((await expectGuard(check, probe, addBytes(lowest.address, -1n))) === 'mapping') await expectKind(check, probe, 'It', addBytes(lowest.address, -1n), 'guard');
    },
  },
  {
    id: 'thread-overflow',
    title: 'The thread’s overflow ends in its guard: SIGSEGV at an address just below its stack.',
    why: 'The guard allows no access. A frame that is smaller than the guard can’t step over it.',
    stage: 'thread',
    run: async (probe, check) => {
      const lowest = await probe.printedAddress('thread_lowest');
      const guardBytes = BigInt((await probe.printed('thread_guard_bytes')).text);
      await probe.goOn();
      const fault = await probe.fault();
      const rsp = await probe.register('rsp');
      check.expect(fault.signal === 'SIGSEGV', 'The kernel sends SIGSEGV.', fault);
      check.expect(fault.address < lowest.address && lowest.address - fault.address <= guardBytes, `The address lies ${lowest.address - fault.address} bytes below the lowest of the stack: within the guard.`, fault, lowest, await probe.printed('thread_guard_bytes'));
      check.expect(rsp.address < lowest.address && lowest.address - rsp.address <= NEAR_BYTES, 'rsp has left the stack too.', rsp, lowest);
      const guard = await expectGuard(check, probe, fault.address);
      if (guard === 'mapping') check.expect(fault.code === SEGV_ACCERR, 'The code is SEGV_ACCERR: there is a mapping, and it forbids this.', fault);
      else check.note('The guard has no mapping of its own here, so the kernel’s code is not SEGV_ACCERR.', fault);
      await claimExplained(probe, check, { cause: 'thread-stack-overflow', access: 'write', words: 'a thread’s stack overflow' });
    },
  },
  {
    id: 'main-overflow',
    title: 'The main thread’s overflow ends where the limit ends: SIGSEGV at an address where nothing is mapped.',
    why: 'The kernel extends the stack as far as the limit. The next touch below it is refused, and is a fault like any other at an unmapped address.',
    stage: 'survived',
    run: async (probe, check) => {
      const survived = await probe.printed('survived');
      check.expect(survived.text !== '', 'The thread’s overflow did not end the process: its handler ran on another stack.', survived);
      const limit = await stackLimit(probe);
      await probe.goOn();
      const fault = await probe.fault();
      const stack = mainStack(probe);
      const rsp = await probe.register('rsp');
      if (!stack) return void check.expect(false, 'There is a mapping [stack].', fault);
      check.expect(fault.signal === 'SIGSEGV' && fault.code === SEGV_MAPERR, 'The kernel sends SIGSEGV with SEGV_MAPERR: not mapped.', fault);
      const depth = stack.end - pageStart(pageOf(fault.address));
      check.expect(depth > limit.bytes, `To reach it, the stack would have to be ${formatCount(depth)} bytes: more than the limit of ${formatCount(limit.bytes)}.`, fault, stack, limit);
      // A debugger's read extends the stack as the program's own touch does, but by the debugger's limit (mm: acct_stack_growth asks for that of who touches).
      const own = limitOf('self');
      if (within(stack, fault.address) && (own.bytes === undefined || own.bytes > limit.bytes)) {
        return check.note('The limit of vmatlas is higher than the program’s. gdb has looked at the frame that has no room, and so made the kernel extend [stack] to there.', stack, own);
      }
      check.expect(fault.address < stack.start, 'The address lies below [stack].', fault, stack);
      expectUnmapped(check, probe, 'Nothing is mapped there, not even a guard.', fault.address, fault);
      const size = stack.end - stack.start;
      check.expect(size <= limit.bytes && size > limit.bytes - NEAR_BYTES, `It has grown to ${formatSize(size)}, and no further than the limit.`, stack, limit);
      check.expect(rsp.address < stack.start && stack.start - rsp.address < NEAR_BYTES, 'rsp has left the stack too.', rsp, stack);
      await claimExplained(probe, check, { cause: 'stack-overflow', access: 'write', words: 'a stack overflow' });
    },
  },
];

function within({ start, end }: MappingFact, address: Address): boolean {
  return start <= address && address < end;
}

function mainStack(probe: LabProbe): MappingFact | undefined {
  return probe.mappings().find(({ path }) => path === '[stack]');
}

/** The soft limit, as the kernel lists it (proc_pid_limits(5)). */
async function stackLimit(probe: LabProbe): Promise<{ readonly bytes: bigint; readonly evidence: LabEvidence }> {
  const { bytes, evidence } = limitOf(probe.pid);
  // The program lowers a limit that is none.
  return { bytes: bytes ?? BigInt((await probe.printed('limit_bytes')).text), evidence };
}

/** `bytes` undefined: unlimited. */
function limitOf(process: number | 'self'): { readonly bytes: bigint | undefined; readonly evidence: LabEvidence } {
  const path = `/proc/${process}/limits`;
  const row = parseLimits(readProcText(path)).get('Max stack size');
  return { bytes: row?.soft, evidence: { from: path, text: row?.line.trimEnd() ?? 'no row for the stack' } };
}

/** Claims that the page of an address is a guard, and says which kind. */
async function expectGuard(check: CheckRecorder, probe: LabProbe, address: Address): Promise<'mapping' | 'page' | undefined> {
  const mapping = probe.mappingAt(address);
  const page = await probe.page(address);
  const kind = guardKind(mapping?.perms, page.word);
  const text = kind === 'page' ? `At ${formatPlainAddress(address)} lies a guard page without a mapping of its own (pagemap bit 58).` : `At ${formatPlainAddress(address)} lies a guard: a mapping that allows nothing, ---p.`;
  check.expect(kind !== undefined, text, page, ...(mapping ? [mapping] : []));
  return kind;
}

/** What kind of guard a page is; undefined for none. */
export function guardKind(perms: string | undefined, pagemapWord: bigint): 'mapping' | 'page' | undefined {
  if (perms === '---p') return 'mapping';
  return perms !== undefined && (pagemapWord & GUARD_BIT) !== 0n ? 'page' : undefined;
}
