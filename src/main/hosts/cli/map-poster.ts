import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DARK_PALETTE, LIGHT_PALETTE } from '../../../shared/drawing/palette.ts';
import { posterSvg } from '../../../shared/drawing/svg/poster.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { RegionTable } from '../../../shared/model/region-table.ts';
import type { CliContext } from './context.ts';
import { targetOf, type OpenSession } from './with-session.ts';

/** The whole map of a process as an SVG file; `-` is standard output. */
export async function writePoster(context: CliContext, session: OpenSession, file: string, theme: 'light' | 'dark'): Promise<void> {
  const { regions, marks, totals } = await session.clients.map.snapshot({ sessionId: session.sessionId });
  const target = targetOf(session);
  const svg = posterSvg(
    { table: new RegionTable(regions), marks, totals, name: target.name, pid: target.pid, exe: target.exe, date: localDate(new Date()) },
    theme === 'dark' ? DARK_PALETTE : LIGHT_PALETTE,
  );
  if (file === '-') {
    await context.stdout.write(svg);
    return;
  }
  try {
    await writeFile(resolve(context.cwd, file), svg);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Node's text: `ENOENT: no such file or directory, open '…'`.
    const why = /^\w+: ([^,]+)/.exec(error.message)?.[1] ?? error.message;
    throw new VmatlasError({ code: 'io-error', message: `${file} cannot be written: ${why}.`, evidence: error.message }, { cause: error });
  }
}

/** `2026-11-23 09:30`, on this machine's clock. */
function localDate(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
