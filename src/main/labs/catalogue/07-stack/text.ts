import type { LabText } from '../../lab-definition.ts';

export const stackText: LabText = {
  name: 'stack',
  number: 7,
  title: 'Stack: one register moves',
  summary: 'Calls push frames, returns pop them, rsp moves; the stack grows downward to its limit, and then a fault ends it. The same in a thread.',
  intro: [
    {
      kind: 'text',
      text: 'A call needs room for three things: where to go on after it (the return address), registers to give back unchanged, and the function’s locals. That room is a frame, and it lies on the stack. `call` lowers `rsp` by 8 and stores the return address there; the function’s first instructions lower `rsp` further, by as much as its locals need. Returning raises it again. That is all: there are no lists, no search, no holes.',
    },
    { kind: 'code', text: 'higher   │ main            local          │\n         │ return address into main       │\n         │ descend(1)      marker         │\n         │ return address into descend    │\n         │ descend(2)      marker         │\n         │ …                              │  ← rsp\nlower    ▼ free, down to the limit', caption: 'each call lies below its caller' },
    {
      kind: 'text',
      text: 'The main thread’s stack is a mapping that the kernel makes larger by itself: touch an address below it, and it is extended down to there, as long as it stays within the limit (`ulimit -s`, mostly 8 MiB). Beyond that, the access is a fault like any other: SIGSEGV. The kernel also keeps a gap of 1 MiB between the stack and whatever is mapped below. This gap appears in no list.',
    },
    {
      kind: 'text',
      text: 'A thread’s stack is an ordinary mapping, made by `pthread_create` at its full size. Nothing extends it. Below it lies a guard: a page that allows no access. To step into it is a fault; to step over it, with a frame larger than the guard, is not, which is why compilers can be told to touch every page of a large frame (`-fstack-clash-protection`).',
    },
  ],
  sources: [
    { name: 'System V psABI for x86-64, 3.2.2', says: 'The stack grows downward from high addresses; the return address lies at the end of the caller’s frame, where call has pushed it.', url: 'https://gitlab.com/x86-psABIs/x86-64-ABI' },
    { name: 'Intel SDM, volume 1, 6.2 to 6.4', says: 'PUSH and CALL decrement the stack pointer, then store; RET loads and increments it.' },
    { name: 'getrlimit(2)', says: 'RLIMIT_STACK: the maximum size of the process stack in bytes; on reaching it, a SIGSEGV is generated. To handle it, a process must use an alternate signal stack.', url: 'https://man7.org/linux/man-pages/man2/getrlimit.2.html' },
    { name: 'mmap(2), MAP_GROWSDOWN', says: 'Touching the guard page below such a mapping makes it grow, until it comes near the next lower mapping; then the touch is a SIGSEGV.', url: 'https://man7.org/linux/man-pages/man2/mmap.2.html' },
    { name: 'Linux, kernel-parameters, stack_guard_gap', says: 'The gap kept below the stack, in pages: 256 by default.', url: 'https://docs.kernel.org/admin-guide/kernel-parameters.html' },
    { name: 'pthread_attr_setguardsize(3)', says: 'A guard area at the end of a thread’s stack, one page by default, protected against reading and writing.', url: 'https://man7.org/linux/man-pages/man3/pthread_attr_setguardsize.3.html' },
    { name: 'pthread_create(3)', says: 'The default size of a thread’s stack is the soft limit RLIMIT_STACK at the start of the program, unless that is unlimited.', url: 'https://man7.org/linux/man-pages/man3/pthread_create.3.html' },
    { name: 'sigaltstack(2)', says: 'An alternate stack lets a handler run when the normal one is exhausted.', url: 'https://man7.org/linux/man-pages/man2/sigaltstack.2.html' },
  ],
  predictions: [
    {
      id: 'direction',
      question: '`descend` calls itself six times. Where is the `marker` of the sixth call, compared with the first one’s?',
      options: ['at a lower address', 'at a higher address', 'at the same address: it is the same variable'],
      answer: 0,
      explanation: 'Every call has a frame of its own, and each lies below its caller’s.',
    },
    {
      id: 'popped',
      question: '`descend` has returned to main. What has happened to the six markers?',
      options: ['they were zeroed', 'their pages were unmapped', 'nothing: they still lie below rsp, until the next call overwrites them'],
      answer: 2,
      explanation: 'To return is to raise rsp. Nobody cleans up. That is why a pointer to a local of a function that has returned seems to work for a while.',
    },
    {
      id: 'limit',
      question: 'The limit is 8 MiB. How much memory does the main stack take when main begins?',
      options: ['8 MiB', 'as little as it has needed so far: some 132 KiB mapped, less in memory', 'none'],
      answer: 1,
      explanation: 'The limit is only how far it may grow. The kernel maps about 132 KiB at the start and extends that, at touch, downward.',
    },
    {
      id: 'fault-codes',
      question: 'Both stacks overflow. The thread runs into its guard page, a mapping that forbids access. What does the main thread run into?',
      options: ['a guard page as well, so the fault looks the same', 'nothing: no mapping at all, so the fault’s code is “not mapped” instead of “not allowed”', 'the heap'],
      answer: 1,
      explanation: 'SEGV_ACCERR tells that there is a mapping which forbids it; SEGV_MAPERR that there is none. The kernel refused to extend the stack, so nothing is there.',
    },
  ],
  steps: [
    { id: 'before', text: 'The program is about to call `descend`. Note `rsp`.', action: { kind: 'go', view: 'registers', label: 'Show the registers' } },
    { id: 'deep', text: 'Go on to the deepest call.', action: { kind: 'run', command: 'continue', label: 'Continue: six levels down' } },
    { id: 'frames', text: 'Look at the frames to scale: six of `descend` below main’s, each with its `marker`, a return address and the caller’s `rbp`, and one of the function to stop in.', action: { kind: 'go', view: 'stack', label: 'Show the stack', place: { printed: 'level_6' } } },
    { id: 'after', text: 'Let them all return. `rsp` is where it was; the markers are still there, below it.', action: { kind: 'run', command: 'continue', label: 'Continue: return' } },
    { id: 'after-bytes', text: 'Look at what was popped.', action: { kind: 'go', view: 'memory', label: 'Show the popped bytes', place: { printed: 'level_6' } } },
    { id: 'grown', text: 'Go on to 100 calls of 3 KiB: the mapping grows downward.', action: { kind: 'run', command: 'continue', label: 'Continue: grow' } },
    { id: 'grown-map', text: 'See how far it reaches now, and where the limit is.', action: { kind: 'go', view: 'map', label: 'Show the stack on the map', place: { expression: '$rsp' } } },
    { id: 'thread', text: 'Go on to the thread.', action: { kind: 'run', command: 'continue', label: 'Continue: start a thread' } },
    { id: 'thread-map', text: 'Find the thread’s stack: an unnamed mapping with a guard below.', action: { kind: 'go', view: 'map', label: 'Show the thread’s stack', place: { printed: 'thread_lowest' } } },
    { id: 'thread-fault', text: 'Let the thread call itself until its stack is full.', action: { kind: 'run', command: 'continue', label: 'Continue: overflow the thread' } },
    { id: 'thread-explain', text: 'Read what it ran into.', action: { kind: 'go', view: 'explain', label: 'Show the explanation', place: { expression: '$rsp' } } },
    { id: 'survived', text: 'Go on: its handler, on a stack of its own, takes it out of there, and the process lives.', action: { kind: 'run', command: 'continue', label: 'Continue: survive' } },
    { id: 'main-fault', text: 'Now the main thread does the same, and has no handler.', action: { kind: 'run', command: 'continue', label: 'Continue: overflow main' } },
    { id: 'main-explain', text: 'Compare: no guard, nothing mapped, more than the limit below the stack’s top.', action: { kind: 'go', view: 'explain', label: 'Show the explanation', place: { expression: '$rsp' } } },
  ],
};
