import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ElfSectionHeader } from '../../../shared/model/elf-facts.ts';
import type { TypeNode } from '../../../shared/model/typed-data.ts';
import { compileC, scratchFolder } from '../../testing/compile.ts';
import { FileSource, MemorySource } from '../byte-source.ts';
import { ElfImage } from '../elf-image.ts';
import { readElfHeaders } from '../read-elf.ts';
import { DwarfReader } from './dwarf-reader.ts';
import { readDebugSections } from './debug-sections.ts';
import { unzstd } from './unzstd.ts';

const SOURCE = 'struct item { unsigned port; short flags; double ratio; }; struct item item = { 8080, 3, 2.5 }; int table[6]; int main(void) { return table[item.flags]; }';

/** Type and size by name, as the file describes its variables; and what it says is missing. */
async function variablesOf(path: string): Promise<{ readonly types: Record<string, string>; readonly problems: readonly string[] }> {
  const image = new ElfImage(new FileSource(path, path));
  const nodes: TypeNode[] = [];
  const { variables } = await image.dwarf.variablesIn(0n, 1n << 62n, 1000, nodes);
  image.close();
  return { types: Object.fromEntries(variables.map(({ name, type, sizeBytes }) => [name, `${nodes[type]?.name} ${sizeBytes}`])), problems: image.dwarf.problems };
}
const ALL = { item: 'struct item 16', table: 'int [6] 24' };

/** A program of its own folder, so that what lies beside it is known. */
function inOwnFolder(flags: readonly string[]): string {
  const folder = mkdtempSync(join(scratchFolder(), 'beside-'));
  const source = join(folder, 'prog.c');
  writeFileSync(source, SOURCE);
  execFileSync('cc', [...flags, '-c', '-o', 'prog.o', 'prog.c'], { cwd: folder });
  execFileSync('cc', ['-Wl,--build-id=sha1', '-o', 'prog', 'prog.o'], { cwd: folder });
  return join(folder, 'prog');
}

describe('a program whose debug information was split off', () => {
  it('is described by the file its .gnu_debuglink names, if it is of the same build', async () => {
    const path = compileC(SOURCE, { name: 'stripped', flags: ['-g', '-Wl,--build-id=sha1'] });
    execFileSync('objcopy', ['--only-keep-debug', path, `${path}.debug`]);
    execFileSync('objcopy', ['--strip-debug', `--add-gnu-debuglink=${path}.debug`, path]);
    expect(await variablesOf(path)).toEqual({ types: ALL, problems: [] });
    const folder = join(dirname(path), '.debug');
    mkdirSync(folder, { recursive: true });
    renameSync(`${path}.debug`, join(folder, `${path.split('/').at(-1)}.debug`));
    expect((await variablesOf(path)).types).toEqual(ALL);
    const other = compileC(`${SOURCE} int more;`, { name: 'other', flags: ['-g', '-Wl,--build-id=sha1'] });
    copyFileSync(other, join(folder, `${path.split('/').at(-1)}.debug`));
    expect((await variablesOf(path)).types).toEqual({});
    rmSync(folder, { recursive: true });
  });
});

describe('split DWARF', () => {
  it.each([['-gdwarf-5'], ['-gdwarf-4']])('of %s is read from its .dwo file, and missed in words', async (version) => {
    const path = inOwnFolder(['-g', version, '-gsplit-dwarf']);
    const dwo = join(dirname(path), 'prog.dwo');
    expect(existsSync(dwo)).toBe(true);
    expect(await variablesOf(path)).toEqual({ types: ALL, problems: [] });

    const other = inOwnFolder(['-g', version, '-gsplit-dwarf', '-Dtable=desk']);
    copyFileSync(join(dirname(other), 'prog.dwo'), dwo);
    const foreign = await variablesOf(path);
    expect(foreign.types).toEqual({});
    expect(foreign.problems.join()).toMatch(/1 \.dwo file \(prog\.dwo\) belong to another build.*-gsplit-dwarf/);

    rmSync(dwo);
    const missed = await variablesOf(path);
    expect(missed.types).toEqual({});
    expect(missed.problems.join()).toMatch(/1 \.dwo file \(prog\.dwo\) cannot be read.*build without -gsplit-dwarf/);
  });
});

it('says which file dwz has moved shared types to', async () => {
  const path = compileC(SOURCE, { name: 'shared', flags: ['-g'] });
  writeFileSync(`${path}.link`, Buffer.from('../.dwz/shared.debug\0\x01\x02', 'latin1'));
  execFileSync('objcopy', ['--add-section', `.gnu_debugaltlink=${path}.link`, path]);
  const { types, problems } = await variablesOf(path);
  expect(types).toEqual(ALL);
  expect(problems).toEqual([expect.stringMatching(/dwz has moved .* into \.\.\/\.dwz\/shared\.debug, which is not read here.*A build without dwz/)]);
});

describe('Zstandard', () => {
  /** By the `zstd` program, of text with repetitions: entropy-coded blocks and matches. */
  const PACKED = Buffer.from('KLUv/WSiEdUVACbaMRaQJ4VWA3D0/7f5/xi2lyyt3Cmo6w9ONAAuACEAlFJKzwYJmpE5Yc45pZQnNEqQTHn4/+/MxqgSgmhGpEBAgAHBAAYEYVDAwCAMBhwwUEDgQKMEhRNKOAzh8M5uXJ04Ght1R2NiLVhrrR3HMypBM6RWqLXWWmudjRJihIgiiDSLxTRN00dGg0oQzYzMCfM8z/Msy4nJkCSEZETk8P//3yH3fd8dJY5uTKwF27Zt27bPRo2DxgwZR6jruq7ruq6sXglBYoSIIoiBh6iB1J32DqGVkBLhhgMRYEREiIBAAXECuUAuyMJwtq9A/QjsYp5QnXRSgftbvMgu2YR3Pi4ggJIVQXCt6BGSX2X4Hbo/0D5I6jegiXmSd9Jp9lsdBF92heq+o9ewiwFEayKgbnrG5k8JD0LuCrSjSB3DaMwxXLpaaXUSLEBVf95lthMfAiCpGMSsr5l8SuBX+L5F9heqD4CuzHMNNj33rsvb7DQOvqNrEykMJsNAdKnHnHwm4AX4riJ2CqhT8LU53EuXGKyzurZDCvGl3IVZUpDKKHHQE7r8jeAXcF9l9h2qP4CDeap6OmlInzBPht9PCD4TKm4j4NQhAPommk8k8hMnwAWn4p/0BBEZk1eryGslvs5vw1aU2iSYeNlAMHT0GWOVGTzXu9U9UPsme9J6Bg6k86tRM1pcQ/AgdW/pNtVHN7wFk0hrjAJbAM7iPcg9qT2DffD6lnpJSyA1n/Sva6ZbbHBnbUGBm/IlBNeIaYmd7HDy3pvuh+2h2BfXMzSRDrWImt/lGlFhy1up2rp7bqk1Qy/UqbImELzVO5j7YnsWe8L6CF+kU0pqEhzmK/2PzepOG9zRLShAkcGj+M6GexLtY9NaqNW0o/VZma2sycJYxDaswIi9BQCaAgyxxl3AozXGmo6lRq+jHbESgzBV2sz1bA==', 'base64');
  const PLAIN = Array.from({ length: 200 }, (_, i) => `record ${i % 17} of ${i}: ${'abc'.repeat(i % 5)}\n`).join('');

  it('is unpacked, and never to more than it announces', () => {
    expect(Buffer.from(unzstd(PACKED, PLAIN.length)).toString()).toBe(PLAIN);
    expect(() => unzstd(PACKED, PLAIN.length - 1)).toThrow(RangeError);
  });

  it('compressed debug sections are read, and damaged ones refused in words', async () => {
    const plain = new Uint8Array(readFileSync(compileC(SOURCE, { name: 'plain', flags: ['-g', '-gdwarf-5'] })));
    const { facts } = readElfHeaders(new MemorySource('plain', plain));
    const { bytes, sections } = packed(plain, facts.sections);
    const source = new MemorySource('packed', bytes);
    expect(readDebugSections(source, sections)).toEqual(readDebugSections(new MemorySource('plain', plain), facts.sections));
    const nodes: TypeNode[] = [];
    const { variables } = await new DwarfReader(source, sections).variablesIn(0n, 1n << 62n, 100, nodes);
    expect(Object.fromEntries(variables.map(({ name, type, sizeBytes }) => [name, `${nodes[type]?.name} ${sizeBytes}`]))).toEqual(ALL);
    const info = sections.find(({ name }) => name === '.debug_info');
    bytes.fill(0xff, Number(info?.offset) + 28, Number(info?.offset) + 40);
    expect(() => readDebugSections(new MemorySource('damaged', bytes), sections)).toThrow(/damaged: its section \.debug_info cannot be unpacked/);
    bytes[Number(info?.offset)] = 7;
    expect(() => readDebugSections(new MemorySource('strange', bytes), sections)).toThrow(/compressed in a way that is not read here/);
  });
});

const SHF_COMPRESSED = 0x800n;

/** The same debug sections compressed (gABI: a header of type 2, then one frame), at the end of the file. The frames hold raw blocks: RFC 8878, 3.1.1. */
function packed(file: Uint8Array, sections: readonly ElfSectionHeader[]): { readonly bytes: Uint8Array<ArrayBuffer>; readonly sections: readonly ElfSectionHeader[] } {
  const parts: Uint8Array[] = [file];
  let at = file.length;
  const moved = sections.map((section) => {
    if (!section.name.startsWith('.debug_')) return section;
    const content = file.subarray(Number(section.offset), Number(section.offset + section.size));
    const header = new DataView(new ArrayBuffer(24));
    header.setUint32(0, 2, true);
    header.setBigUint64(8, section.size, true);
    header.setBigUint64(16, 1n, true);
    const frame: Uint8Array[] = [new Uint8Array(header.buffer), Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0), new Uint8Array(Uint32Array.of(content.length).buffer)];
    const BLOCK = 100_000;
    for (let from = 0; from < content.length; from += BLOCK) {
      const block = content.subarray(from, from + BLOCK);
      const word = (block.length << 3) | (from + BLOCK >= content.length ? 1 : 0);
      frame.push(Uint8Array.of(word & 0xff, (word >> 8) & 0xff, word >> 16), block);
    }
    const size = frame.reduce((sum, { length }) => sum + length, 0);
    parts.push(...frame);
    const place = { ...section, offset: BigInt(at), size: BigInt(size), flags: section.flags | SHF_COMPRESSED };
    at += size;
    return place;
  });
  return { bytes: new Uint8Array(Buffer.concat(parts)), sections: moved };
}
