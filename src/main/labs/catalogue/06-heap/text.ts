import type { LabText } from '../../lab-definition.ts';

export const heapText: LabText = {
  name: 'heap',
  number: 6,
  title: 'Heap: a thousand mallocs, three calls of the kernel',
  summary: 'The allocator buys memory wholesale (brk, mmap) and sells it in pieces; what comes back from free, and what stays. In Rust it is the same heap.',
  intro: [
    {
      kind: 'text',
      text: 'There are two layers. The kernel knows pages only and hands them out through two system calls: `brk` moves the end of the one region called `[heap]`, and `mmap` makes a new mapping. The allocator, a part of libc, cuts those pages into the blocks that `malloc` returns, and keeps account of them in a header of 8 bytes before each block.',
    },
    { kind: 'code', text: 'malloc(504), Box::new(x), vec![…]\n        │\n   glibc’s malloc        keeps lists of free blocks, splits and joins them\n        │\n   brk, mmap             whole pages, seldom', caption: 'who asks whom' },
    {
      kind: 'text',
      text: 'The header before a block holds the chunk’s size, a multiple of 16, and, since the low bits of such a number are free, three flags: bit 0 the chunk before is in use, bit 1 this chunk was made by `mmap`, bit 2 it belongs to an arena that is not the main one.',
    },
    {
      kind: 'text',
      text: 'Freeing a block gives it back to the allocator, not to the kernel. The heap can only shrink at its end: one block in use high up keeps everything below it. A block of its own mapping (by default from 128 KiB) is different: `free` unmaps it at once. glibc learns from that: it takes the freed block’s size as its new threshold, so the next block of that size comes from the heap.',
    },
    {
      kind: 'text',
      text: 'Rust has no allocator of its own by default. `Box`, `Vec` and `String` call the system’s malloc, so their blocks lie in the same `[heap]`, with the same headers. Ownership decides when free is called; it leaves no trace in memory.',
    },
  ],
  sources: [
    { name: 'brk(2)', says: 'brk and sbrk change the program break, the end of the process’s data segment; sbrk(0) tells where it is.', url: 'https://man7.org/linux/man-pages/man2/brk.2.html' },
    { name: 'malloc(3), notes', says: 'malloc normally takes memory from the heap by sbrk; blocks of MMAP_THRESHOLD bytes (128 kB by default) or more are private anonymous mappings.', url: 'https://man7.org/linux/man-pages/man3/malloc.3.html' },
    { name: 'mallopt(3)', says: 'M_TRIM_THRESHOLD: free gives the top of the heap back when it is larger than this (128 KiB). M_MMAP_THRESHOLD is dynamic: it becomes the size of a freed mapped block.', url: 'https://man7.org/linux/man-pages/man3/mallopt.3.html' },
    { name: 'glibc manual, The GNU Allocator', says: 'Very large blocks come from mmap and are returned to the system when they are freed.', url: 'https://www.gnu.org/software/libc/manual/html_node/The-GNU-Allocator.html' },
    { name: 'glibc wiki, MallocInternals', says: 'The chunk’s header: size and the bits A (arena), M (mmapped), P (previous in use).', url: 'https://sourceware.org/glibc/wiki/MallocInternals' },
    { name: 'Rust, std::alloc', says: 'Without a #[global_allocator], programs use System, the operating system’s allocator: malloc on Unix.', url: 'https://doc.rust-lang.org/std/alloc/struct.System.html' },
  ],
  predictions: [
    {
      id: 'brk-calls',
      question: 'The C program calls `malloc(504)` a thousand times. How often does it ask the kernel for memory?',
      options: ['fewer than ten times', '1,000 times', 'not at all: the heap is part of the file'],
      answer: 0,
      explanation: 'malloc asks for 132 KiB at a time, what it needs and 128 KiB to spare (M_TOP_PAD), and cuts blocks from that: about 500 KiB, of which the heap has 132 from the start, in three or four steps.',
    },
    {
      id: 'free-most',
      question: '999 of the 1,000 blocks are freed, all but the last one. What happens to the program break?',
      options: ['it goes down by nearly all', 'it stays where it is', 'it goes down by half'],
      answer: 1,
      explanation: 'The block that is still in use lies highest, just below the end. The break can’t be moved below it, and what was freed stays in the process, pages and all.',
    },
    {
      id: 'again',
      question: '1 MiB is allocated (in a mapping of its own), freed, and allocated again. Where is the second one?',
      options: ['in a new mapping of its own', 'at the very same address', 'in [heap]'],
      answer: 2,
      explanation: 'By freeing it, the program has shown that such blocks come and go. glibc raises its threshold to that size, and from now on 1 MiB is small enough for the heap.',
    },
    {
      id: 'rust',
      question: 'In the Rust program, `list` is a local `Vec<u32>` of five elements. What lies on the stack?',
      options: ['all of it', 'three words: capacity, address, length; the elements lie in [heap]', 'nothing'],
      answer: 1,
      explanation: 'The Vec itself is a local like any other, 24 bytes. Its elements were allocated by malloc.',
    },
  ],
  steps: [
    { id: 'begin', text: 'The heap has just been made. Find it on the map, above `.bss`; its end is the program break.', languages: ['c'], action: { kind: 'go', view: 'map', label: 'Show the heap', place: { printed: 'tiny' } } },
    { id: 'small', text: 'Let the program take its 1,000 blocks, and watch the heap’s end move.', languages: ['c'], action: { kind: 'run', command: 'continue', label: 'Continue: allocate' } },
    { id: 'header', text: 'Look at the bytes just before the first block: `01 02 00 …` is 0x201, size 0x200 and the flag “previous in use”. The next header is 512 bytes further up.', languages: ['c'], action: { kind: 'go', view: 'memory', label: 'Show the first block', place: { printed: 'first' } } },
    { id: 'freed', text: 'Let it free all but the last: the break stays.', languages: ['c'], action: { kind: 'run', command: 'continue', label: 'Continue: free 999' } },
    { id: 'trimmed', text: 'Let it free the last one: the heap shrinks.', languages: ['c'], action: { kind: 'run', command: 'continue', label: 'Continue: free the last' } },
    { id: 'large', text: 'Let it take 1 MiB: not in the heap.', languages: ['c'], action: { kind: 'run', command: 'continue', label: 'Continue: take 1 MiB' } },
    { id: 'large-map', text: 'Find that block between the heap and the stack. Its header, 0x101002, has the flag “mmapped”.', languages: ['c'], action: { kind: 'go', view: 'memory', label: 'Show the large block', place: { expression: 'large - 16' } } },
    { id: 'gone', text: 'Let it free the block and take 1 MiB again.', languages: ['c'], action: { kind: 'run', command: 'continue', label: 'Continue: free it, take it again' } },
    { id: 'boxed', text: 'Go to the boxed number: in `[heap]`, with malloc’s header before it.', languages: ['rust'], action: { kind: 'go', view: 'memory', label: 'Show the Box’s block', place: { printed: 'boxed' } } },
    { id: 'vec', text: 'Compare the Vec, which lies on the stack, with its elements, which don’t: one of its three words points to them.', languages: ['rust'], action: { kind: 'go', view: 'stack', label: 'Show the stack', place: { printed: 'list_itself' } } },
    { id: 'dropped', text: 'Let the large Vec be dropped, and watch its mapping go.', languages: ['rust'], action: { kind: 'run', command: 'continue', label: 'Continue: drop' } },
  ],
};
