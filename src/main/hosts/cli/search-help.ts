import { SEARCH_TYPES } from '../../../shared/analysis/search/parse-pattern.ts';
import { MAPPED_KINDS } from '../../../shared/model/region.ts';
import { EXIT_CODE_HELP } from './exit-codes.ts';

/** Texts under the option lists of --help of the commands that search and that print the tables of the files. */

export const FIND_HELP = `
Types: ${SEARCH_TYPES.join(', ')}.
  hex       de ad ?? e?       two digits a byte, ? for any digit
  text      hello             UTF-8; utf16 for UTF-16; -i for any case
  regex     '/id=[0-9]+/'     a JavaScript expression over bytes
  i32, f64  42  0x2a  1.5     a number; 42±3 or 42+-3 with a tolerance, 10..20 for a range, any for all
  pointer   main  0x1000..0x2000    words that hold this address, or one in this range
Without --type, pairs of hex digits are hex, /…/ is an expression, everything else is text. A negative number is
written with a blank before it: ' -5'.

WHERE is one or more kinds of "vmatlas map" (data,bss,heap), a range (0x7ffff7dd5000-0x7ffff7dd8000,
0x7ffff7dd5000+64K), a [region], or a location, which stands for the region around it. Kinds:
${wrap(MAPPED_KINDS.join(', '))}.
Without --in, everything is searched that the process itself may read.

The process is not stopped. Pages that are not present are left out and counted, because reading one would make it
present; --touch reads them all the same.

With --json: {hits: [{address, region, symbol?: {name, offset}}], searchedBytes, skipped: [{reason, bytes}]}; a region is as
in "vmatlas map --json"; reasons are untouched, not-resident-file, swapped, guard, no-access, unreadable,
presence-unknown.

Examples:
  vmatlas find 4242 'connection refused' -i
  vmatlas find 4242 'de ad ?? ef' --in heap
  vmatlas find 4242 42 --type i32 --in data,bss
  vmatlas find 4242 3.14159+-0.001 --type f64
  vmatlas find 4242 environ --type pointer --json | jq -r '.hits[].address'

${EXIT_CODE_HELP}
"find" answers 1 when there is no such place.`;

export const SECTIONS_HELP = `
MODULE is a path, a file name, or a part of a file name; without it, all modules are listed, the program first. Sections
that are not loaded (.symtab, .debug_info) are listed too, with no size in memory and no address.

With --json: [{module, name, type, flags, fileOffset, fileSize, memorySize, address}]; fileOffset and address are "0x…"
strings, address is null for a section that is not loaded. For .tbss, address and memorySize are those of the template:
each thread has its own.

Examples:
  vmatlas sections 4242
  vmatlas sections 4242 libc.so.6
  vmatlas sections 4242 --json | jq '[.[] | select(.type == "NOBITS") | .memorySize] | add'

${EXIT_CODE_HELP}`;

export const SYMBOLS_HELP = `
MODULE is a path, a file name, or a part of a file name; without it, the symbols of all modules are listed, the program's
first, ascending. They come from .symtab, or from .dynsym where a stripped file has only that.

With --json: [{module, name, demangled?, kind, binding, size, section, address}]; kind is function, object, tls, ifunc or
other, binding local, global, weak or unique; address is a "0x…" string, where the symbol is in this process. For a tls
symbol it is the place of its initial value in the module's template: each thread has its own.

Examples:
  vmatlas symbols 4242 --in .data
  vmatlas symbols 4242 libc.so.6 --json | jq -r '.[] | select(.kind == "function") | .name'

${EXIT_CODE_HELP}
"symbols" answers 1 when there is none.`;

function wrap(text: string): string {
  return text.replaceAll(/(.{1,100})(?: |$)/g, '  $1\n').trimEnd();
}
