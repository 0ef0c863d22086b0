import { describe, expect, it } from 'vitest';
import type { LabCheckState } from '../../../shared/model/lab.ts';
import { hasRust } from '../../testing/compile.ts';
import { runSabotaged, type Sabotage } from '../testing/sabotage.ts';

/** A changed program, and the checks that must not hold of it. All others must. */
interface Case extends Sabotage {
  readonly title: string;
  readonly notSo: Readonly<Record<string, Exclude<LabCheckState, 'holds'>>>;
  /** Checks that may hold or not, depending on what the kernel has in its cache. */
  readonly either?: readonly string[];
}

const BSS = { lab: 'bss', language: 'c', file: '04-bss/bss.c' } as const;
const RODATA = { lab: 'rodata', language: 'c', file: '05-rodata/rodata.c' } as const;
const HEAP = { lab: 'heap', language: 'c', file: '06-heap/heap.c' } as const;
const HEAP_RUST = { lab: 'heap', language: 'rust', file: '06-heap/heap.rs' } as const;
const STACK = { lab: 'stack', language: 'c', file: '07-stack/stack.c' } as const;

const CASES: readonly Case[] = [
  {
    ...BSS, title: 'the array has a value, so it is in the file and its pages are file pages',
    changes: [['int million[ELEMENTS];  ', 'int million[ELEMENTS] = { 7 };  ']],
    notSo: { nobits: 'fails', 'file-size': 'fails', tail: 'fails', 'zero-reads': 'fails', written: 'fails' },
    // Beside a page of a file the kernel maps those of its neighbours that it has at hand.
    either: ['untouched'],
  },
  {
    ...BSS, title: 'a page is written to too early, one more is read, one more is written to',
    changes: [
      ['    stage_untouched();', '    *in_page(3) = 1;\n    stage_untouched();'],
      ['    int read_sum = 0;', '    int read_sum = *in_page(3) + *in_page(900);'],
      ['        *p = i + 1;', '        *p = i + 1;\n        p[8192] = 1;'],
    ],
    notSo: { untouched: 'fails', 'zero-reads': 'fails', written: 'fails' },
  },
  {
    ...RODATA, title: 'the letters lie in a variable, and the fault is another one',
    changes: [
      ['const char *greeting = "I live in .rodata"; ', 'char letters_of[] = "I live in .rodata";\nconst char *greeting = letters_of; '],
      ["    letters[0] = 'X';", "    letters[0] = 'X';\n    *(volatile char *)16 = 0;"],
    ],
    notSo: { where: 'fails', shared: 'fails', write: 'fails' },
  },
  {
    ...RODATA, title: 'the array holds other numbers',
    changes: [['{ 2, 3, 5, 7,', '{ 2, 3, 5, 9,']],
    notSo: { bytes: 'fails' },
  },
  {
    ...HEAP, title: 'malloc is told to map every block',
    changes: [['BLOCKS = 1000', 'BLOCKS = 300'], ['#include <stdlib.h>', '#include <stdlib.h>\n#include <malloc.h>'], ['    static char line[BUFSIZ];', '    mallopt(M_MMAP_THRESHOLD, 256);\n    static char line[BUFSIZ];']],
    notSo: { calls: 'fails', break: 'fails', header: 'fails', freed: 'fails', trimmed: 'fails', gone: 'fails' },
  },
  {
    ...HEAP, title: 'malloc is told to map none, and never to give back',
    changes: [
      ['#include <stdlib.h>', '#include <stdlib.h>\n#include <malloc.h>'],
      ['    static char line[BUFSIZ];', '    mallopt(M_MMAP_MAX, 0);\n    mallopt(M_TRIM_THRESHOLD, 1 << 30);\n    static char line[BUFSIZ];'],
    ],
    notSo: { trimmed: 'fails', large: 'fails', gone: 'fails' },
  },
  {
    ...HEAP_RUST, title: 'nothing is owned',
    changes: [
      ['Box::new(0x0123_4567_89ab_cdef_u64)', '&0x0123_4567_89ab_cdef_u64'],
      ['vec![1_u32, 2, 3, 4, 5]', '[1_u32, 2, 3, 4, 5]'],
      ['String::from("I live on the heap")', '"I live on the heap"'],
      ['1 << 20]', '1 << 10]'],
      ['drop(large);', 'std::mem::forget(large);'],
    ],
    notSo: { 'rust-heap': 'fails', 'rust-header': 'fails', 'rust-stack': 'fails', 'rust-large': 'fails', 'rust-drop': 'fails' },
  },
  {
    ...STACK, title: 'one marker for all, calls through a pointer, rsp lowered for good, another limit, a system call, no guard, another fault',
    changes: [
      ['    volatile long marker = 0x1ab0000 + level;', '    static volatile long marker = 0x1ab0000;'],
      ['    if (level == DEPTH) stage_deep();', '    void (*volatile stop)(void) = stage_deep;\n    if (level == DEPTH) stop();'],
      ['    stage_after();', '    *(volatile char *)__builtin_alloca(512) = 1;\n    stage_after();'],
      ['(unsigned long)limit.rlim_cur', '(unsigned long)limit.rlim_cur - 1'],
      ['    room[0] = (char)frames;', '    room[0] = (char)frames;\n    if (frames > 0) getppid();'],
      ['    getrlimit(RLIMIT_STACK, &limit);', '    getrlimit(RLIMIT_STACK, &limit);\n    pthread_attr_setguardsize(&attributes, 0);'],
      ['    return (int)swallow(-1);', '    return *(volatile int *)16;'],
    ],
    notSo: {
      limit: 'fails', rsp: 'fails', downward: 'fails', 'return-address': 'fails', popped: 'fails', grows: 'fails', thread: 'fails', 'thread-overflow': 'fails', 'main-overflow': 'fails',
    },
  },
];

describe('labs 4 to 7: a check fails where its claim is not so', () => {
  it.each(CASES)('$lab ($language): $title', async ({ notSo, either = [], ...sabotage }) => {
    if (sabotage.language === 'rust' && !hasRust()) return;
    const states = await runSabotaged(sabotage);
    expect(Object.fromEntries([...states].filter(([id, state]) => state !== 'holds' && !either.includes(id)))).toEqual(notSo);
  });
});
