import { readFile, stat } from 'node:fs/promises';
import type { LineAddress, SourceAnswer } from '../../../shared/model/code.ts';
import type { CodeLine } from '../../target/debugger-control.ts';

/** A larger file is no source that anybody wrote. */
const LARGEST_BYTES = 32 * 1024 * 1024;

export interface SourceSources {
  readonly place: CodeLine;
  /** File of the code, for the words. */
  readonly module: string | undefined;
  /** When the program's file was last changed; undefined when unknown. */
  readonly builtMs: number | undefined;
  readonly lineTable: () => Promise<readonly LineAddress[]>;
  readonly have: string | undefined;
  readonly mostLines: number;
}

/** The source text of a place, or why there is none. */
export async function readSource({ place, module, builtMs, lineTable, mostLines, have }: SourceSources): Promise<SourceAnswer> {
  const { source } = place;
  const none = { kind: 'none', function: place.function, file: source?.file, path: source?.fullName, line: source?.line } as const;
  if (source === undefined) {
    return {
      ...none, why: module === undefined ? 'no-line' : 'no-debug-information',
      words: module === undefined ? 'This code belongs to no file.' : `${module} has no debug information for this code.`,
      remedy: module === undefined ? 'The disassembly shows its instructions.' : 'Compile with -g, or install the debug symbols of this library.',
    };
  }
  const path = source.fullName ?? source.file;
  // The module tells one program's lines from the next one's.
  const versionOf = (part: number): string => `${part} ${changedMs} ${builtMs ?? 0} ${module ?? ''} ${path}`;
  let text: string;
  let changedMs: number;
  try {
    const found = await stat(path);
    if (!found.isFile() || found.size > LARGEST_BYTES) return { ...none, why: 'file-unreadable', words: `${path} is ${found.isFile() ? 'too large to be shown' : 'no file'}.`, remedy: undefined };
    changedMs = found.mtimeMs;
    // Files of one part are nearly all; of longer ones the part depends on the line.
    if (have === versionOf(1) && place.source !== undefined) return { kind: 'same', function: place.function, line: source.line };
    text = await readFile(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    return {
      ...none, why: missing ? 'file-missing' : 'file-unreadable', words: missing ? `The source file is not where it was compiled: ${path}` : `${path} cannot be read.`,
      remedy: missing ? 'If the sources are somewhere else, say which folder replaces which.' : 'Run vmatlas as a user who may read it.',
    };
  }
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const first = Math.max(1, Math.min(source.line - Math.floor(mostLines / 2), lines.length - mostLines + 1));
  return {
    kind: 'text', path, file: source.file, function: place.function, line: source.line, firstLine: first, lines: lines.slice(first - 1, first - 1 + mostLines), totalLines: lines.length,
    lineTable: await lineTable(), version: versionOf(lines.length <= mostLines ? 1 : first), newerThanProgram: builtMs !== undefined && changedMs > builtMs,
  };
}
