import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { compileC, compileRust, hasRust, programSource } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import type { ExplainJson } from './explain-json.ts';
import { captureReal } from './testing/capture-real.ts';

const KEYS = ['signal', 'code', 'address', 'access', 'instruction', 'pc', 'region', 'gap', 'cause', 'evidence'];
let faults: string;
let program: RunningProgram | undefined;

beforeAll(() => {
  faults = compileC(source('faults.c'), { name: 'explained', flags: ['-g', '-O0', '-w'] });
});

afterEach(async () => {
  await program?.stop();
  program = undefined;
});

function source(name: string): string {
  return readFileSync(programSource(`faults/${name}`), 'utf8');
}

function status(pid: number, field: string): string | undefined {
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}

it('runs a program until it faults, and prints one JSON document; what the program prints goes to standard error', async () => {
  const { code, out, err, servicesLeft } = await captureReal('explain', '--json', '--', faults, 'write-rodata');
  const document = JSON.parse(out) as ExplainJson;
  expect([code, servicesLeft]).toEqual([0, 0]);
  expect(Object.keys(document)).toEqual(KEYS);
  const address = /^address (0x[0-9a-f]+)\n/m.exec(err)?.[1];
  expect(err).toBe(`access write\naddress ${address ?? ''}\nsize 1\n`);
  expect(document).toMatchObject({
    signal: 'SIGSEGV', code: 'SEGV_ACCERR', address, access: 'write', gap: null,
    instruction: { text: expect.stringMatching(/^movb /), size: 1, function: 'write_byte', file: expect.stringContaining('explained.c'), line: expect.any(Number) },
    region: { kind: 'rodata', perms: 'r--p', section: '.rodata', symbol: { name: 'text_constant', offset: 0 }, path: faults },
    cause: { id: 'write-to-rodata', certainty: 'certain', text: expect.stringContaining('text_constant') },
  });
  expect(document.instruction?.operands.find(({ faulted }) => faulted)).toMatchObject({ address, kind: 'memory' });
  expect(document.evidence.length).toBeGreaterThan(2);
});

it('tells it in words, and what the program printed before', async () => {
  const { code, out, err } = await captureReal('explain', '--', faults, 'null-field');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^access read\naddress 0x10\nsize 4\nRead through a null pointer {2}SIGSEGV SEGV_MAPERR\nThe pointer n->next is null/);
  for (const words of [/ cause +null-dereference, certain\n/, / tried +read of 4 bytes at 0x0000_0000_0010\n/, / instruction +mov 0x10\(%rax\),%eax\n/, / operands +rax = 0x0/, / in +follow, .*explained\.c:\d+ /, /#1 {2}main/]) expect(out).toMatch(words);
});

it('an address that the kernel is not told, and its neighbours, in JSON', async () => {
  const { out } = await captureReal('explain', '--json', '--', faults, 'non-canonical-read');
  expect(JSON.parse(out)).toMatchObject({ code: 'SI_KERNEL', address: '0x4141414141414141', access: 'read', region: null, gap: { kind: 'non-canonical', below: { perms: expect.any(String) } }, cause: { id: 'non-canonical' } });
});

it('a program that ends without a fault has none: exit status 1, and how it ended', async () => {
  const ended = await captureReal('explain', '--json', '--', faults, 'exit');
  const document = JSON.parse(ended.out) as ExplainJson;
  expect([ended.code, Object.keys(document), document.cause, document.signal]).toEqual([1, KEYS, null, null]);
  expect(document.evidence).toEqual([{ source: 'gdb', text: 'The program exited with status 3.' }]);
  // A signal that is no fault is the program's own affair, and ends it as it would have.
  expect(await captureReal('explain', '--', faults, 'raise-term')).toMatchObject({ code: 1, out: 'No fault. The program was killed by SIGTERM (Terminated).\n' });
  expect(await captureReal('explain', '--', faults, 'raise-usr1')).toMatchObject({ code: 1, out: 'ready\nNo fault. The program exited with status 0.\n' });
});

it.runIf(hasRust())('a Rust panic that unwinds ends the program without a signal, and is explained; one that is caught is not taken for the end', async () => {
  const panics = compileRust(source('panics.rs'), { name: 'explained-rs', flags: ['-g', '--crate-name', 'panics'] });
  const panicked = await captureReal('explain', '--json', '--', panics, 'panic-format');
  expect([panicked.code, JSON.parse(panicked.out)]).toEqual([0, expect.objectContaining({ signal: null, access: 'none', address: null, cause: { id: 'rust-panic', certainty: 'certain', text: 'panics::main panicked: number 7 is odd.' } })]);
  const caught = await captureReal('explain', '--', panics, 'panic-caught');
  expect(caught.code).toBe(1);
  expect(caught.out).toMatch(/No fault\. The program exited with status 0\. There was a Rust panic on the way.*will be caught/);
});

it('a running process has no fault, and runs on', async () => {
  program = await runProgram(faults, ['wait']);
  const { code, out } = await captureReal('explain', String(program.pid));
  expect([code, out]).toEqual([1, 'No fault. The process was sleeping. None of its threads is handling a fault.\n']);
  expect([status(program.pid, 'TracerPid'), status(program.pid, 'State')?.[0]]).toEqual(['0', 'S']);
});

it('a process that job control has stopped stays stopped', async () => {
  program = await runProgram(faults, ['wait']);
  process.kill(program.pid, 'SIGSTOP');
  await expect.poll(() => status(program?.pid ?? 0, 'State')?.[0]).toBe('T');
  const { code, out } = await captureReal('explain', String(program.pid));
  expect([code, out]).toEqual([1, expect.stringContaining('stopped by job control')]);
  await expect.poll(() => [status(program?.pid ?? 0, 'TracerPid'), status(program?.pid ?? 0, 'State')?.[0]]).toEqual(['0', 'T']);
  process.kill(program.pid, 'SIGCONT');
});

it('a process inside its handler of a fault is explained, and goes on', async () => {
  program = await runProgram(faults, ['write-relro', 'waits']);
  const { code, out } = await captureReal('explain', String(program.pid), '--json');
  expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ signal: 'SIGSEGV', access: 'write', address: program.facts.get('address'), cause: expect.objectContaining({ id: 'write-to-relro' }) })]);
  expect(status(program.pid, 'TracerPid')).toBe('0');
});

it.each([[['explain']], [['explain', '1', '--', 'true']], [['explain', '--']], [['explain', 'x']]])('%j is a mistake of usage', async (argv) => {
  expect(await captureReal(...argv)).toMatchObject({ code: 2, out: '' });
});

it('a program that is not there: exit status 3', async () => {
  expect(await captureReal('explain', '--', '/no/such/program')).toMatchObject({ code: 3, out: '' });
});
