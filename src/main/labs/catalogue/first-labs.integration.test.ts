import { describe, expect, it } from 'vitest';
import type { LabCheckState } from '../../../shared/model/lab.ts';
import { runSabotaged, type Sabotage } from '../testing/sabotage.ts';

/** A changed program, and the checks that must not hold of it. All others must. */
interface Case extends Sabotage {
  readonly title: string;
  readonly notSo: Readonly<Record<string, Exclude<LabCheckState, 'holds'>>>;
}

const REGIONS = { lab: 'regions', language: 'c', file: '01-regions/regions.c' } as const;
const TEXT = { lab: 'text', language: 'c', file: '02-text/text.c' } as const;
const DATA = { lab: 'data', language: 'c', file: '03-data/data.c' } as const;

const CASES: readonly Case[] = [
  {
    ...REGIONS, title: 'everything lies elsewhere',
    changes: [
      ['(void *)main)', '(void *)&heap_block)'],
      ['const char *string_literal = ', 'char string_literal[] = '],
      ['int initialized_global = 42;', 'int initialized_global = 0;'],
      ['int uninitialized_global; ', 'int uninitialized_global = 1; '],
      ['int *heap_block = malloc(sizeof *heap_block);', 'static int block; int *heap_block = &block;'],
      ['  free(heap_block);\n', ''],
      ['int local = 1;', 'static int local = 1;'],
    ],
    notSo: { function: 'fails', literal: 'fails', data: 'fails', bss: 'fails', heap: 'fails', stack: 'fails', order: 'fails' },
  },
  {
    ...REGIONS, title: 'a page of libc is mapped from another file, and rodata is made writable',
    changes: [
      ['#include <unistd.h>', '#include <unistd.h>\n#include <fcntl.h>\n#include <sys/mman.h>\n#define PAGE_OF(thing) ((void *)((unsigned long)(thing) & ~4095UL))'],
      [
        '  int local = 1;',
        '  mmap(PAGE_OF(a64l), 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, open("/proc/self/exe", O_RDONLY), 0);\n' +
          '  mprotect(PAGE_OF(string_literal), 4096, PROT_READ | PROT_WRITE);\n  int local = 1;',
      ],
    ],
    notSo: { literal: 'fails', paths: 'fails', sizes: 'fails' },
  },
  {
    ...TEXT, title: 'the page of main is writable, and has been written to',
    changes: [
      ['#include <unistd.h>', '#include <unistd.h>\n#include <sys/mman.h>'],
      ['  printf("pid', '  mprotect((void *)((unsigned long)main & ~4095UL), 4096, PROT_READ | PROT_WRITE | PROT_EXEC);\n  *(volatile unsigned char *)main = 0x90;\n  printf("pid'],
    ],
    // It writes, and goes on: the stage of the fault is never reached.
    notSo: { bytes: 'fails', permissions: 'fails', wx: 'fails', debugger: 'fails', fault: 'cannot', before: 'cannot' },
  },
  {
    ...TEXT, title: 'it writes to another address',
    changes: [['  *code = 0x90909090;', '  code = 0;\n  *code = 0x90909090;']],
    notSo: { fault: 'fails', before: 'fails' },
  },
  {
    ...DATA, title: 'the value in the file is another',
    changes: [['int answer = 42;', 'int answer = 41;']],
    notSo: { memory: 'fails', file: 'fails', live: 'fails', next: 'fails' },
  },
  {
    ...DATA, title: 'the value is set when the program runs, in shared memory',
    changes: [
      ['#include <unistd.h>', '#include <unistd.h>\n#include <sys/mman.h>'],
      ['int answer = 42;', 'int answer;'],
      [
        '  printf("pid',
        '  char old[4096];\n  volatile char *page = (char *)((unsigned long)&answer & ~4095UL);\n  for (int i = 0; i < 4096; i++) old[i] = page[i];\n' +
          '  mmap((void *)page, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_ANONYMOUS, -1, 0);\n' +
          '  for (int i = 0; i < 4096; i++) page[i] = old[i];\n  answer = 42;\n  printf("pid',
      ],
    ],
    // Without bytes in the file there is nothing to compare a live change with.
    notSo: { file: 'fails', section: 'fails', live: 'cannot', copy: 'fails' },
  },
];

describe('labs 1 to 3', () => {
  it.each(CASES)('$lab: not so when $title', async ({ notSo, ...sabotage }) => {
    const states = await runSabotaged(sabotage);
    expect(Object.fromEntries([...states].filter(([, state]) => state !== 'holds'))).toEqual(notSo);
  });
});
