/**
 * Why a region has its kind. Each region stores the number of its rule; the words are made when somebody asks. The order is the number, nothing more.
 */
export const RULES = [
  'elf-segment', 'elf-guessed', 'elf-hole', 'stray-code', 'anonymous-text', 'unprotected-relro',
  'kernel-name', 'brk-heap', 'thread-stack', 'thread-sp', 'thread-shape', 'stack-piece', 'old-stack-name',
  'arena', 'arena-room', 'anonymous', 'writable-executable', 'anonymous-executable', 'no-access',
  'shm', 'device', 'given-name', 'private-file', 'shared-file', 'huge-pages',
  'null', 'gap', 'stack-room', 'stack-gap', 'non-canonical', 'kernel',
] as const;
export type Rule = (typeof RULES)[number];

export const RULE_CODE = Object.fromEntries(RULES.map((rule, code) => [rule, code])) as Readonly<Record<Rule, number>>;

/** Rules of the kernel, the ABI or vmatlas in words. Rules that are missing here speak through other evidence alone. */
export const RULE_TEXT: Readonly<Partial<Record<Rule, string>>> = {
  'elf-guessed': 'The ELF file could not be read, so the kinds of its mappings are told by their permissions and order: the last read-only mapping before the data is RELRO, an unnamed rw-p mapping right after the data is .bss.',
  'elf-hole': 'These bytes lie between two segments of the file: ld.so maps a library as one piece and takes all access from the holes (glibc elf/dl-map-segments.h).',
  'stray-code': 'Executable bytes of the same file, outside the image the loader made: a second mapping of the code.',
  'anonymous-text': 'Executable memory at the place of a text segment, but no longer backed by the file: the program copied its code, as it does to get huge pages.',
  'unprotected-relro': 'PT_GNU_RELRO covers these bytes and they are still writable: the loader has not protected them yet, or the program undid it.',
  'kernel-name': 'The kernel made this mapping and named it.',
  'brk-heap': 'The kernel names [heap] what lies between the initial and the current program break (fs/proc/task_mmu.c).',
  'thread-stack': 'The thread control block at the top of the stack names the thread (glibc nptl/descr.h): tcbhead_t points to itself, struct pthread holds the thread id and the bounds of the block.',
  'thread-sp': 'A blocked thread has its stack pointer here, in a read-write anonymous mapping with an inaccessible one right below.',
  'thread-shape': 'A private rw-p mapping of exactly the default thread stack size, with a small inaccessible mapping right below: the shape that pthread_create makes. No live thread was found on it, so it may be kept for the next thread.',
  'stack-piece': 'An unnamed private mapping that touches [stack] within its size limit: a part of the main stack whose permissions were changed. The kernel names only the part that holds the start of the stack.',
  'old-stack-name': 'Kernels before 4.5 name the stacks of threads in maps.',
  arena: 'heap_info at a multiple of 64 MiB (glibc malloc/arena.c): ar_ptr, prev, size and mprotect_size agree with each other and with maps.',
  'arena-room': 'glibc reserves 64 MiB for each heap of a further arena and makes it accessible piece by piece (malloc/arena.c, new_heap and grow_heap).',
  anonymous: 'A private mapping without file or name: mmap(MAP_PRIVATE | MAP_ANONYMOUS), zero-filled on first touch. maps does not say who asked for it.',
  'writable-executable': 'Writable and executable at once: code that is made while the program runs.',
  'anonymous-executable': 'Executable, but from no ELF file: code that was made while the program ran.',
  'no-access': 'No access allowed and no nearer explanation found: address space kept for later use.',
  'private-file': 'A private mapping of a file that is not part of a loaded ELF image: reads come from the page cache, a written page becomes the process’s own copy.',
  'shared-file': 'A shared mapping of a file: writes reach the page cache and, in time, the file.',
  'huge-pages': 'The name /anon_hugepage is what the kernel gives to MAP_ANONYMOUS | MAP_HUGETLB.',
  null: 'The kernel lets no unprivileged program map anything below vm.mmap_min_addr, so that a null pointer faults.',
  gap: 'No mapping covers these bytes.',
  'stack-gap': 'The kernel lets the stack grow no nearer than stack_guard_gap, 256 pages by default, to the next accessible mapping (mm/mmap.c, expand_downwards). No mapping shows in maps for it; what is marked here is the gap as it would lie below the fully grown stack.',
  'stack-room': 'The kernel extends [stack] down to the faulting page as long as its size stays within RLIMIT_STACK (mm/mmap.c, acct_stack_growth).',
  'non-canonical': 'Bits 63 to 47 (63 to 56 with 5-level paging) of an address must be equal; the processor refuses others with #GP before it looks at page tables (Intel SDM vol. 1, 3.3.7.1).',
  kernel: 'The upper canonical half belongs to the kernel (Documentation/arch/x86/x86_64/mm.rst). Its pages are marked supervisor, so user code faults on every access.',
};
