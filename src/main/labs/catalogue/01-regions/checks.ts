import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { LabCheckDefinition } from '../../lab-definition.ts';
import type { MappingFact } from '../../probe/facts.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { claimPlace, IN_BSS, IN_DATA, IN_HEAP, IN_RODATA, IN_TEXT, ON_STACK, type Belongs } from '../place-claims.ts';
import { claimSections } from '../section-claims.ts';

/** One thing whose address the program prints. */
function thing(id: string, printed: string, title: string, why: string, belongs: Omit<Belongs, 'what'>): LabCheckDefinition {
  return {
    id, title, why, stage: 'printed',
    run: async (probe, check) => void (await claimPlace(probe, check, await probe.printedAddress(printed), { what: `The ${printed}`, ...belongs })),
  };
}

export const regionsChecks: readonly LabCheckDefinition[] = [
  thing('function', 'function', 'The function is in text: read and execute, never write', 'Instructions are loaded from the file and must not change.', IN_TEXT),
  thing('literal', 'string literal', 'The string literal is in rodata: read only', 'A literal is a constant; a mapping without write permission keeps it one.', IN_RODATA),
  thing('data', 'initialised global', 'The initialised global is in data: read and write, from the file', 'Its first value must be somewhere, and that is the file; a private mapping keeps later ones to this process.', IN_DATA),
  thing('bss', 'uninitialised global', 'The uninitialised global is in bss: read and write, zeros', 'Zeros need not be stored: the kernel hands out zeroed memory.', IN_BSS),
  thing('heap', 'heap block', 'The heap block is in the heap, in no section of any file', 'malloc got the memory from the kernel by moving the program break.', IN_HEAP),
  thing('stack', 'local', 'The local is on the stack, in no section of any file', 'The compiler gave it a place in main’s frame, relative to rsp.', ON_STACK),
  {
    id: 'paths', stage: 'printed', title: 'The path column tells program, library or anonymous', why: 'A mapping has a file or none; the kernel names the file, and some mappings without one.',
    run: claimPaths,
  },
  {
    id: 'order', stage: 'printed', title: 'From low to high: program, heap, libraries, stack', why: 'The kernel places the break above the program, and both mmap’s area and the stack near the top of user space.',
    run: claimOrder,
  },
  {
    id: 'sizes', stage: 'printed', title: 'Section sizes are those of readelf -S, and each section is mapped as its flags say',
    why: 'The linker wrote the sizes into the section headers, and made the segments that the kernel maps from them.',
    run: (probe, check) => claimSections(probe, check, ['.text', '.rodata', '.data', '.bss']),
  },
];

async function claimPaths(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const mappings = probe.mappings();
  const program = mappings.filter(({ path }) => path === probe.program);
  const files = mappings.filter(({ path }) => path.startsWith('/') && path !== probe.program);
  const libc = files.filter(({ path }) => /\/libc[.-][^/]*$/.test(path));
  const named = mappings.filter(({ path }) => path.startsWith('['));
  const anonymous = mappings.filter(({ path }) => path === '');
  check.expect(program.length > 0, `${program.length} mappings are the program’s.`, ...one(program));
  check.expect(libc.length > 1, `libc has ${libc.length} mappings: one for each set of permissions.`, ...libc);
  check.expect(named.length > 0, `${named.length} have a name of the kernel’s, in brackets.`, ...named);
  check.expect(anonymous.length > 0, `${anonymous.length} are anonymous: the path column is empty.`, ...anonymous);
  check.expect(program.length + files.length + named.length + anonymous.length === mappings.length, `That is all of the ${mappings.length} mappings.`, { from: `/proc/${probe.pid}/maps`, text: `${mappings.length} lines` });

  const modules = (await probe.picture()).modules.listing.modules();
  const wrong = mappings.filter(({ start, path }) => path.startsWith('/') && modules.some((module) => start >= module.base && start < module.end && module.path !== path));
  check.expect(wrong.length === 0, 'vmatlas gives each module the file that the path column names.', ...wrong, ...modules.map(({ path, role, base }) => ({ from: 'vmatlas: modules', text: `${path} is ${role}, from 0x${base.toString(16)}` })));
}

async function claimOrder(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const [text, heap, stack] = [await probe.printedAddress('function'), await probe.printedAddress('heap block'), await probe.printedAddress('local')];
  const libraries = probe.mappings().filter(({ path }) => /\/libc[.-][^/]*$/.test(path));
  const [first] = libraries;
  const last = libraries.at(-1);
  if (!first || !last) return check.cannot('This program has no libc of its own in memory: it is linked statically.');
  check.expect(text.address < heap.address, 'The heap is above the program.', text, heap);
  check.expect(heap.address < first.start, 'The libraries are above the heap.', heap, first);
  check.expect(last.end <= stack.address, 'The stack is above the libraries.', last, stack);
}

function one(mappings: readonly MappingFact[]): readonly MappingFact[] {
  return mappings.slice(0, 1);
}
