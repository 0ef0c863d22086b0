import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { demoProgram, ensureDemo } from './demo.ts';

/** One line of what the program says of itself. */
const INITIALIZED = /^initialized_global 0x[0-9a-f]+ /m;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vmatlas-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('compiles the demo once, into a program that runs', async () => {
  const env = { ...process.env, VMATLAS_DEMO_DIR: join(folder, 'made/here') };
  const program = await ensureDemo(env);
  expect(program).toBe(join(folder, 'made/here/tour'));
  const made = statSync(program).mtimeMs;
  expect(await ensureDemo(env)).toBe(program);
  expect(statSync(program).mtimeMs).toBe(made);

  const child = spawn(program, { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, TMPDIR: folder } });
  const printed = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (data: Buffer) => {
      text += data.toString();
      // By itself it stays until it is ended.
      if (INITIALIZED.test(text)) child.kill('SIGKILL');
    });
    child.on('close', () => resolve(text));
  });
  expect(printed).toMatch(INITIALIZED);
});

it('belongs in the cache unless told otherwise', () => {
  expect(demoProgram({ XDG_CACHE_HOME: '/c' })).toBe('/c/vmatlas/demo/tour');
  expect(demoProgram({ XDG_CACHE_HOME: '/c', VMATLAS_DEMO_DIR: '/d' })).toBe('/d/tour');
});

it('says what is missing without a compiler', async () => {
  await expect(ensureDemo({ PATH: folder, VMATLAS_DEMO_DIR: folder })).rejects.toMatchObject({ code: 'executable-missing', remedy: expect.stringContaining('gcc') });
  expect(existsSync(join(folder, 'tour'))).toBe(false);
});
