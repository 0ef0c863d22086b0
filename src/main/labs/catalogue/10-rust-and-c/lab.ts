import { OUTPUT, PROGRAM, type LabDefinition } from '../../lab-definition.ts';
import { oneHeap } from './heap-check.ts';
import { sameSection } from './section-checks.ts';
import { alternatingFrames, oneStack } from './stack-checks.ts';
import { rustAndCText } from './text.ts';

export const rustAndCLab: LabDefinition = {
  ...rustAndCText,
  programs: [
    {
      language: 'rust+c',
      files: ['main.rs', 'part.c'],
      build: [
        { compiler: 'c', args: ['-g', '-O0', '-Wall', '-c', '-o', OUTPUT, 'part.c'], output: 'part.o' },
        { compiler: 'rust', args: ['--edition', '2021', '-g', '-C', 'link-arg=part.o', '-o', OUTPUT, 'main.rs'], output: PROGRAM },
      ],
    },
  ],
  stages: [{ id: 'deepest', tag: 'deepest' }],
  checks: [
    {
      id: 'one-text', stage: 'deepest', title: 'Functions of both languages lie in one .text', run: sameSection('.text', 'r-xp', 'rust_main', 'c_middle'),
      why: 'Each compiler puts code into sections whose name begins with .text; the linker joins them, and the loader maps the whole executable, not to be written to.',
    },
    {
      id: 'one-rodata', stage: 'deepest', title: 'Constants of both lie in one .rodata', run: sameSection('.rodata', 'r--p', 'RUST_WORDS', 'c_words'),
      why: 'An immutable static and a const array ask for the same: bytes from the file that nobody may write to.',
    },
    {
      id: 'one-data', stage: 'deepest', title: 'Globals with a value lie in one .data', run: sameSection('.data', 'rw-p', 'RUST_COUNTER', 'c_counter'),
      why: 'static mut … = 42 and int … = 42 are the same thing to a linker: four bytes of the file that may be written to.',
    },
    {
      id: 'one-bss', stage: 'deepest', title: 'Globals that begin as zero lie in one .bss', run: sameSection('.bss', 'rw-p', 'RUST_ZEROED', 'c_zeroed'),
      why: 'Zeros need no room in the file in either language.',
    },
    {
      id: 'frames-alternate', stage: 'deepest', title: 'The frames alternate: C, Rust, C, Rust', run: alternatingFrames,
      why: 'Debug information tells the language of each frame. The unwinder needs no other rule for one than for the other: both describe their frames in the same tables.',
    },
    {
      id: 'one-stack', stage: 'deepest', title: 'All of them lie on one stack, each below its caller, with its local inside', run: oneStack,
      why: 'There is one rsp. A call moves it down whoever calls whom, and a frame’s locals lie between its rsp and where its caller’s frame begins.',
    },
    {
      id: 'one-heap', stage: 'deepest', title: 'A Box and a malloc’ed block are chunks of one heap', run: oneHeap,
      why: 'Rust’s default allocator on Linux is the C library’s malloc. Both blocks carry its header, and both are met when the heap is walked from chunk to chunk.',
    },
  ],
};
