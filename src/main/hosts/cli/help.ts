import { PAGE_STATES } from '../../../shared/model/page-state.ts';
import { EXIT_CODE_HELP } from './exit-codes.ts';

/** Texts under the option lists of --help: what a reader needs so as not to need a manual. */

export const LOCATION_HELP = `A LOCATION is one of
  0x7ffff7dd5000      an address in hex; _ between digits is ignored, 0x may be left out
  filled_counter      a symbol, mangled or as written in C++ or Rust (quote '<', '(' and spaces)
  libc.so.6+0x1234    a module, by file name or path, and an offset from its lowest address
  [heap]              a region by the name it has in "vmatlas map"
  '$rsp'              a register, with --attach`;

export const ROOT_HELP = `
TARGET is the PID of a running process; a program to start stands behind --:
  vmatlas                    choose a process in the window
  vmatlas 4242               look at process 4242, without stopping it
  vmatlas -- ./server -p 80  start a program under gdb, stopped in main
  vmatlas serve 4242         no window here: print an address for a browser (for SSH, say)

On the command line, without a window:
  vmatlas ps firefox
  vmatlas map 4242
  vmatlas where 4242 main 0x7ffff7dd5000 'libc.so.6+0x1234'
  vmatlas read 4242 '[stack]' 256
  vmatlas find 4242 'connection refused' -i
  vmatlas sections 4242 libc.so.6
  vmatlas symbols 4242 --in .data
  vmatlas stack 4242
  vmatlas explain -- ./a.out
  vmatlas pages 4242 heap
  vmatlas security 4242
  vmatlas usage 4242 --by module
  vmatlas lab

"vmatlas COMMAND --help" tells more about each.

${EXIT_CODE_HELP}`;

export const OPEN_HELP = `
Looking at a process neither stops nor changes it; gdb is attached only with --attach, or when you ask for it in the
window. Closing the window lets an attached process run on and ends a program that was started from here.

Examples:
  vmatlas open --demo                    the bundled demo, stopped in its deepest function
  vmatlas open --pid 4242 --attach       attach gdb: the process stops
  vmatlas open --stop-at work -- ./a.out --size 10
  vmatlas open --no-window 4242          print an address instead of opening a window

VMATLAS_WINDOW chooses the window: electron, browser, none, or auto (the default).

${EXIT_CODE_HELP}`;

export const SERVE_HELP = `
Prints the address on standard output and serves until it is interrupted. The address holds a secret token: whoever
has it can read and write the processes you can. Only this machine can connect, unless --address says otherwise.

Examples:
  vmatlas serve 4242
  vmatlas serve --port 8080 -- ./a.out
From another machine, through SSH:
  ssh -L 8080:127.0.0.1:8080 HOST vmatlas serve --port 8080 4242

${EXIT_CODE_HELP}`;

export const PS_HELP = `
Processes that cannot be opened, or cannot be attached to, are listed with the reason.

Examples:
  vmatlas ps                 all processes but kernel threads
  vmatlas ps firefox         those with "firefox" in PID, user, name, command line or executable
  vmatlas ps --json | jq '.[] | select(.cannotOpen == null) | .pid'

${EXIT_CODE_HELP}`;

export const MAP_HELP = `
Each row is a run of bytes of one kind, told from maps, the ELF headers, the auxiliary vector and the threads; a mapping
in which kinds meet is split there. The process is not stopped, and none of its pages is touched.

With --svg: one self-contained picture of the whole space, every region with its name, in as many columns as that
takes, with marks, legend, process name and date.

With --json: {pid, exe, pageSize, regions: [{start, end, perms, offset, dev, inode, path, kind,
module: {path, role} | null, part, label, evidence: [{source, text}]}]}, ascending; start, end (exclusive) and offset
are "0x…" strings.

Examples:
  vmatlas map 4242
  vmatlas map 4242 --gaps
  vmatlas map 4242 --json | jq -r '.regions[] | select(.kind == "bss") | .start'

${EXIT_CODE_HELP}`;

export const WHERE_HELP = `
${LOCATION_HELP}

With --json: an array in the order asked, of {address, region: {…} | null, gap: {kind, below, above} | null,
section: name | null, symbol: {name, offset} | null, perms, page: {…} | null, access: {read, write, execute}}. A mapped
address has a region, as in "vmatlas map --json", any other a gap. page tells the page's state, flags and pagemap
word; access what the program would meet at this byte: {outcome, signal?, code?, reason}, with outcome one of ok,
demand-zero, page-in, swap-in, copy-on-write, stack-growth, emulated, fault.

Examples:
  vmatlas where 4242 0x55d0c8a3e010
  vmatlas where 4242 main environ '[heap]' --evidence
  vmatlas where 4242 '$rip' '$rsp' --attach
  vmatlas where 4242 --json main | jq -r '.[0].region.kind'

${EXIT_CODE_HELP}
"where" answers 1 when no mapping covers one of the addresses; what it knows is printed all the same.`;

export const PAGES_HELP = `
WHERE is a kind of "vmatlas map" (heap, stack, text …), a [region], a range such as 0x7ffff7dd5000-0x7ffff7dd8000, or a
location, which stands for its page. Only the page table is read, so looking changes nothing; reserved address space is
listed in one line and not walked.

States: ${PAGE_STATES.slice(0, 7).join(', ')},
${PAGE_STATES.slice(7).join(', ')}.

With --json: {pid, pageSize, ranges: [{start, end, pages, state, perms, pfn?, flags, kind, label}]}; pfn is the frame of
the first page, for root only; flags are shared, dirty, soft-dirty, huge, locked, ksm, uffd-wp.

Examples:
  vmatlas pages 4242 heap
  vmatlas pages 4242 '[stack]' --each
  vmatlas pages 4242 --json | jq '[.ranges[] | select(.state == "swapped") | .pages] | add'

${EXIT_CODE_HELP}`;

export const SECURITY_HELP = `
Told from the ELF headers, dynamic sections and symbols of each loaded file, from maps, and from the settings of the
machine. CANARY and FORTIFY go by the functions that a file calls: a file without such calls may just not need them.

With --json: {pid, exe, aslr: {verdict, words, randomizeVaSpace, personality, disabledForProcess, evidence},
modules: [{path, role, base, checks, relroPages: {start, end} | null, problem}], writableExecutable: [{how, start, end,
perms, label, module, words, evidence}]}; checks has pie, nx-stack, relro, canary, fortify, cet-ibt, cet-shstk, build-id
and rpath, each {verdict, value, words, evidence}; a verdict is yes, partial, no or unknown.

Examples:
  vmatlas security 4242
  vmatlas security 4242 --json | jq -r '.modules[] | select(.checks.relro.value != "full") | .path'

${EXIT_CODE_HELP}`;

export const USAGE_HELP = `
The sums are those of smaps: reading it is work for the kernel, more so with many mappings. A mapping in which kinds
meet counts with the kind that has most of it.

With --json: {pid, by, rows: [{kind | module, mappings, virtual, resident, proportional, anonymous, file, shared, swap,
dirty, locked, huge}], total, rollup, cost}, in bytes; rollup is what smaps_rollup says.

Examples:
  vmatlas usage 4242
  vmatlas usage 4242 --by module
  vmatlas usage 4242 --json | jq '.rows[] | select(.kind == "heap") | .resident'

${EXIT_CODE_HELP}`;

export const READ_HELP = `
${LOCATION_HELP}

LENGTH is in bytes: 64, 0x40, 4K, 2M, 1G. Bytes that cannot be read are shown as ??, with the reason at the end.
--raw writes the bytes themselves, and nothing at all (exit status 1) when one of them cannot be read, unless --fill
says what to put there.

With --json: {pid, address, length, ranges: [{start, length, kind, bytes | reason}]}; kind is valid, unreadable,
unmapped or not-present, bytes are hex digits.

Examples:
  vmatlas read 4242 filled_counter 4
  vmatlas read 4242 '[stack]' 4K
  vmatlas read 4242 '[heap]' 132K --raw -o heap.bin
  vmatlas read 4242 0x7ffff7dd5000 1M --raw --fill 0 | sha256sum

${EXIT_CODE_HELP}
"read" answers 1 when not a single byte could be read.`;
