import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileC, programSource, scratchFolder } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import { captureReal } from './testing/capture-real.ts';

let program: RunningProgram;
let pid = '';
beforeAll(async () => {
  program = await runProgram(compileC(readFileSync(programSource('regions.c'), 'utf8')));
  pid = String(program.pid);
});
afterAll(() => program.stop());

/** Groups of four, as pictures write addresses. */
const shown = (hex: string): string => `0x${hex.padStart(hex.length > 12 ? 16 : 12, '0').replaceAll(/(?=(?:.{4})+$)(?!^)/g, '_')}`;

describe('map --svg', () => {
  test('writes a poster with every mapping that the kernel lists, the process and the date', async () => {
    const file = join(scratchFolder(), 'map.svg');
    const { code, out, err } = await captureReal('map', pid, '--svg', file);
    expect({ code, out, err }).toEqual({ code: 0, out: '', err: '' });
    const svg = readFileSync(file, 'utf8');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain(`>PID ${pid}<`);
    expect(svg).toMatch(/>\d{4}-\d\d-\d\d \d\d:\d\d</);
    const starts = readFileSync(`/proc/${pid}/maps`, 'utf8').trim().split('\n').map((line) => shown(line.split('-')[0] ?? ''));
    expect(starts.length).toBeGreaterThan(20);
    // The flag of a mark (rsp, brk, …) may stand where a block's address would.
    expect(starts.filter((start) => !svg.includes(start)).length).toBeLessThanOrEqual(4);
    for (const name of ['libc.so.6', '[heap]', '[stack]', '[vdso]']) expect(svg).toContain(`>${name}<`);
  });

  test('goes to standard output for -, dark where that is asked for', async () => {
    const { code, out } = await captureReal('map', pid, '--svg', '-', '--theme', 'dark');
    expect(code).toBe(0);
    expect(out).toContain('fill="#13171c"');
  });

  test('says in one sentence that a file cannot be written', async () => {
    const { code, err } = await captureReal('map', pid, '--svg', '/nonexistent/map.svg');
    expect(code).toBe(1);
    expect(err).toMatch(/\/nonexistent\/map\.svg cannot be written: no such file or directory/);
    expect(existsSync('/nonexistent')).toBe(false);
  });

  test('takes --theme only with --svg, and not beside --json', async () => {
    expect((await captureReal('map', pid, '--theme', 'dark')).code).toBe(2);
    expect((await captureReal('map', pid, '--svg', '-', '--json')).code).toBe(2);
  });
});
