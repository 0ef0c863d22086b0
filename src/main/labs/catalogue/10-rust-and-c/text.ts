import type { LabText } from '../../lab-definition.ts';

export const rustAndCText: LabText = {
  name: 'rust-and-c',
  number: 10,
  title: 'Rust and C in one program',
  summary: 'Two languages, one .data, one stack on which their frames alternate, one heap.',
  intro: [
    {
      kind: 'text',
      text: 'Ownership, borrowing and lifetimes are rules for the compiler. When it is done with them, what is left is an object file like any other: code for `.text`, constants for `.rodata`, initial values for `.data`, and a number of bytes for `.bss`. The linker puts sections of the same name together and does not ask which compiler they came from.',
    },
    {
      kind: 'text',
      text: 'Here `main` is Rust. It calls a C function, which calls a Rust function back, which calls C again. For a Rust function to be callable from C it needs two things: `extern "C"`, so that arguments are passed as C passes them, and `#[no_mangle]`, so that the linker finds it by its plain name. At run time the call is an ordinary `call` instruction in both directions.',
    },
    { kind: 'code', text: 'main (Rust) → c_middle (C) → rust_callback (Rust) → c_deepest (C)', caption: 'The chain of calls where the lab stops' },
    {
      kind: 'text',
      text: '`Box::new` asks Rust’s global allocator, which in a program like this one calls the C library’s `malloc`. So a box and a malloc’ed block are neighbours in one heap. That does not make them exchangeable: Rust may give another size or alignment back than C would, or use another allocator, so what `Box` made is to be freed by `Box`, and what `malloc` made by `free`.',
    },
  ],
  sources: [
    { name: 'The Rust Reference, External blocks and ABI', says: 'extern "C" functions use the calling convention of the platform’s C compiler; no_mangle gives a symbol its plain name.', url: 'https://doc.rust-lang.org/reference/items/external-blocks.html' },
    { name: 'The Rust Reference, Static items', says: 'A static is one memory location for the whole run of the program; a mutable one may be written to.', url: 'https://doc.rust-lang.org/reference/items/static-items.html' },
    { name: 'std::alloc', says: 'The default global allocator is unspecified; the type System asks the operating system’s allocator, malloc on Unix.', url: 'https://doc.rust-lang.org/std/alloc/index.html' },
    { name: 'System V ABI, AMD64 supplement, 3.2', says: 'Stack frames, the calling sequence and the direction in which the stack grows, for every language that follows it.', url: 'https://gitlab.com/x86-psABIs/x86-64-ABI' },
    { name: 'System V gABI, chapter 4, Sections', says: '.text, .rodata, .data and .bss, and what each is for.', url: 'https://gabi.xinuos.com/' },
  ],
  predictions: [
    {
      id: 'globals',
      question: '`static mut RUST_COUNTER: i32 = 42` in Rust and `int c_counter = 42` in C. Where do they lie?',
      options: ['In two data sections, one for each language', 'In the same .data', 'C’s in .data, Rust’s on the heap'],
      answer: 1,
      explanation: 'Both compilers emit four bytes with a value for `.data`, and the linker puts all of them into one section.',
    },
    {
      id: 'stack',
      question: 'Rust calls C, which calls Rust, which calls C. How many stacks are involved?',
      options: ['One', 'Two: each language has its own', 'Four: one for each call'],
      answer: 0,
      explanation: 'A thread has one stack, and rsp points into it whatever language the code was written in. The frames lie one below the other, in the order of the calls.',
    },
    {
      id: 'heap',
      question: 'A `Box::new(…)` and a `malloc(…)` right after it. How far apart are the two blocks likely to be?',
      options: ['In different mappings', 'A few dozen bytes', 'At least a page'],
      answer: 1,
      explanation: 'Both come from the same allocator, which cuts them from the same free room one after the other.',
    },
  ],
  steps: [
    { id: 'source', text: 'Look through the two sources. Each prints where its things are.', action: { kind: 'go', view: 'source', label: 'Source' } },
    { id: 'data', text: 'Go to Rust’s counter. C’s lies in the same section, a little further on; between them are globals of Rust’s standard library.', action: { kind: 'go', view: 'memory', place: { printed: 'RUST_COUNTER' }, label: 'Go to RUST_COUNTER' } },
    { id: 'c-data', text: 'And C’s counter: same section, same mapping.', action: { kind: 'go', view: 'memory', place: { printed: 'c_counter' }, label: 'Go to c_counter' } },
    { id: 'stack', text: 'The stack: frames 0 to 3 are of C, Rust, C and Rust, each below its caller. Select one and see that its caller’s begins where it ends.', action: { kind: 'go', view: 'stack', label: 'Stack' } },
    { id: 'heap', text: 'The box that Rust made; just above it the block that C made.', action: { kind: 'go', view: 'memory', place: { printed: 'rust_box' }, label: 'Go to rust_box' } },
    { id: 'out', text: 'Step out of C into Rust and on into C, and watch rsp go up over each frame.', action: { kind: 'run', command: 'step-out', label: 'Step out' } },
  ],
};
