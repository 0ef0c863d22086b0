import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closedCommand } from './closed-command.ts';

describe('a closed command', () => {
  it('has none of the descriptors it was given, and one wrapper-free process', async () => {
    const extra = openSync(import.meta.filename, 'r');
    const { file, args } = closedCommand('/bin/sh', ['-c', 'echo $$; readlink /proc/$$/exe; readlink /proc/$$/fd/*']);
    // Descriptors 3 to 20 are really inherited: what is listed in stdio crosses exec.
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit', ...Array<number>(18).fill(extra)] });
    let text = '';
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
    });
    await new Promise((resolve) => child.on('close', resolve));
    closeSync(extra);
    const [pid, exe, input, ...others] = text.trim().split('\n');
    expect(pid).toBe(String(child.pid));
    expect(exe).not.toContain('bash');
    expect(input).toBe('/dev/null');
    expect(others).not.toContain(import.meta.filename);
    expect(others.length).toBeGreaterThanOrEqual(2);
  });

  it('passes arguments as they are', () => {
    const odd = ['', ' a  b', '$HOME', '*', '-n', "'", '"', 'ä\n'];
    const { file, args } = closedCommand('printf', ['%s|', ...odd]);
    expect(spawnSync(file, args, { encoding: 'utf8' }).stdout).toBe(odd.map((word) => `${word}|`).join(''));
  });

  it('ends with 127 for a program that is not there', () => {
    const { file, args } = closedCommand('/no/such/program', []);
    expect(spawnSync(file, args).status).toBe(127);
  });

  it('reads no start-up file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vmatlas-home-'));
    writeFileSync(join(folder, '.bashrc'), 'echo read >&2');
    const { file, args } = closedCommand('true', []);
    expect(spawnSync(file, args, { env: { PATH: process.env['PATH'], BASH_ENV: '/no/such/file', HOME: folder }, encoding: 'utf8' }).stderr).toBe('');
    rmSync(folder, { recursive: true });
  });
});
