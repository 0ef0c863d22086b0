import { describe, expect, it } from 'vitest';
import type { LabCheckState } from '../../../shared/model/lab.ts';
import { hasRust } from '../../testing/compile.ts';
import { runSabotaged, tryLab, type Sabotage } from '../testing/sabotage.ts';

/** A changed program, and the checks that must not hold of it. All others must. */
interface Case extends Sabotage {
  readonly title: string;
  readonly notSo: Readonly<Record<string, Exclude<LabCheckState, 'holds'>>>;
}

const MAPPED = { lab: 'mapped', language: 'c', file: '08-mapped/mapped.c' } as const;
const KERNEL_HALF = { lab: 'kernel-half', language: 'c', file: '09-kernel-half/kernel_half.c' } as const;
const ASLR = { lab: 'aslr', language: 'c', file: '11-aslr/aslr.c' } as const;
const COPY_ON_WRITE = { lab: 'copy-on-write', language: 'c', file: '12-copy-on-write/copy_on_write.c' } as const;

const CASES: readonly Case[] = [
  {
    ...MAPPED, title: 'the private mapping is shared, a page is written to before it should be, code is made writable',
    changes: [
      ['map(FILE_BYTES, MAP_PRIVATE, fd)', 'map(FILE_BYTES, MAP_SHARED, fd)'],
      ["anonymous[0]    = 'A'", "anonymous[0]    = 'A'; anonymous[PAGE] = 'A'"],
      ['    char path[4096], byte = 0;', '    char path[4096], byte = 0;\n    mprotect((void *)((unsigned long)(void *)getpid & ~4095UL), PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);'],
    ],
    notSo: { 'libc-pieces': 'fails', 'four-kinds': 'fails', 'private-write': 'fails', 'anonymous-pages': 'fails', 'fork-copies': 'fails' },
  },
  {
    ...MAPPED, title: 'the shared mappings are private, the private one is written to too early, the child changes its map',
    changes: [
      ['map(FILE_BYTES, MAP_SHARED, fd)', 'map(FILE_BYTES, MAP_PRIVATE, fd)'],
      ['map(PAGE, MAP_SHARED | MAP_ANONYMOUS, -1)', 'map(PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1)'],
      ['    printf("pid', '    private_file[0] = 1;\n    printf("pid'],
      ["        private_file[0] = anonymous[0]", "        mprotect((void *)(anonymous + PAGE), PAGE, PROT_READ);\n        private_file[0] = anonymous[0]"],
    ],
    notSo: { 'four-kinds': 'fails', 'same-pages': 'fails', 'shared-write': 'fails', 'same-map': 'fails', 'fork-shares': 'fails' },
  },
  {
    ...KERNEL_HALF, title: 'other addresses, another library, other calls',
    changes: [
      ['kernel_half = 0xffff800000000000', 'kernel_half = 0x10000'],
      ['non_canonical = 0x8000000000000000', 'non_canonical = 0xffffa00000000000'],
      ['getauxval(AT_SYSINFO_EHDR)', '(unsigned long)(void *)main & ~4095UL'],
      ['        getppid();', '        getppid();\n        getpid();'],
      ['        clock_gettime(CLOCK_MONOTONIC_COARSE, &now);\n        looks++;', '        syscall(228, CLOCK_MONOTONIC_COARSE, &now);\n        looks++;'],
    ],
    notSo: { 'kernel-library': 'fails', 'kernel-half': 'fails', gap: 'fails', door: 'fails', 'no-door': 'fails' },
  },
  {
    ...ASLR, title: 'places that do not move, or move otherwise, and randomisation that stays on',
    changes: [
      ['tell("data", &data)', 'tell("data", (void *)0x1234)'],
      ['tell("bss", &bss)', 'tell("bss", heap)'],
      ['tell("mapped", mapped)', 'tell("mapped", (char *)mapped + isatty(0))'],
      ['strcmp(argv[1], "fixed")', 'strcmp(argv[1], "never")'],
    ],
    notSo: { moved: 'fails', 'by-pages': 'fails', together: 'fails', off: 'fails', 'no-pie': 'fails' },
  },
  {
    ...ASLR, title: 'a process whose persona is without randomisation',
    changes: [['    volatile int local = 1;', '    volatile int local = 1;\n    personality(ADDR_NO_RANDOMIZE);']],
    notSo: { 'switched-on': 'not-yet', moved: 'not-yet', 'by-pages': 'not-yet', together: 'not-yet', off: 'fails' },
  },
  {
    ...COPY_ON_WRITE, title: 'the pages are shared for good',
    changes: [['MAP_PRIVATE | MAP_ANONYMOUS', 'MAP_SHARED | MAP_ANONYMOUS']],
    notSo: { alone: 'fails', shared: 'fails', 'maps-unchanged': 'fails', split: 'fails', 'child-keeps': 'fails' },
  },
  {
    ...COPY_ON_WRITE, title: 'the child writes as well',
    changes: [['        close(to_child[1]);\n', '        close(to_child[1]);\n        pages[3 * PAGE] = pages[WRITTEN * PAGE] = 1;\n']],
    notSo: { shared: 'fails', split: 'fails', 'child-keeps': 'fails' },
  },
];

describe('labs 8 to 12', () => {
  it.each([['mapped', 'c'], ['kernel-half', 'c'], ['aslr', 'c'], ['copy-on-write', 'c']] as const)('%s holds, and its steps lead somewhere', async (lab, language) => {
    const { lost, report } = await tryLab(lab, language);
    expect(lost).toEqual([]);
    expect(report.results.filter(({ state }) => state !== 'holds')).toEqual([]);
  });

  it.each(CASES)('$lab: not so when $title', async ({ notSo, ...sabotage }) => {
    const states = await runSabotaged(sabotage);
    expect(Object.fromEntries([...states].filter(([, state]) => state !== 'holds'))).toEqual(notSo);
  });

  it.runIf(hasRust())('rust-and-c holds, and its steps lead somewhere', async () => {
    const { lost, report } = await tryLab('rust-and-c', 'rust+c');
    expect(lost).toEqual([]);
    expect(report.results.filter(({ state }) => state !== 'holds')).toEqual([]);
  });

  it.runIf(hasRust())('rust-and-c: nothing of it is so when C keeps its things elsewhere', async () => {
    const states = await runSabotaged({
      lab: 'rust-and-c', language: 'rust+c', file: '10-rust-and-c/part.c',
      changes: [
        ['int c_counter = 42; ', 'const int c_counter = 42; '],
        ['int c_zeroed; ', 'int c_zeroed = 1; '],
        ['const char c_words[] ', 'char c_words[] '],
        ['tell("c_middle", (void *)c_middle)', 'tell("c_middle", &c_counter)'],
        ['int c_middle(int value)', 'static int through(int value) { return rust_callback(value); }\nint c_middle(int value)'],
        ['return rust_callback(local);', 'return through(local);'],
        ['    int *block = malloc(64);', '    static int fixed[16];\n    int *block = fixed;'],
      ],
    });
    expect([...states].filter(([, state]) => state !== 'fails')).toEqual([]);
  });
});
