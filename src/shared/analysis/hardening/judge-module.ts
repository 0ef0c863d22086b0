import type { Address } from '../../address/address.ts';
import { toAddress } from '../../address/address.ts';
import type { Evidence } from '../../model/evidence.ts';
import { programHeaderText, PF_X, PT_GNU_RELRO, PT_GNU_STACK } from '../../model/elf-facts.ts';
import {
  DF_1_NOW, DF_1_PIE, DF_BIND_NOW, DT_BIND_NOW, DT_FLAGS, DT_FLAGS_1, X86_FEATURE_IBT, X86_FEATURE_SHSTK, type ElfSecurity,
} from '../../model/elf-security.ts';
import type { HardeningCheck, HardeningCheckId, HardeningVerdict } from '../../model/hardening.ts';

/** Judges one file, check by check, in the order of HARDENING_CHECKS. Pure. */
export function judgeModule(elf: ElfSecurity): HardeningCheck[] {
  return [pie(elf), nxStack(elf), relro(elf), canary(elf), fortify(elf), cet(elf, 'cet-ibt'), cet(elf, 'cet-shstk'), buildId(elf), rpath(elf)];
}

/** Whole pages that RELRO protects, at run time: from its page down to the page below its end (glibc elf/dl-reloc.c, _dl_protect_relro). */
export function relroPages(elf: ElfSecurity, bias: bigint): { start: Address; end: Address } | undefined {
  const span = elf.facts.relro;
  if (!span) return undefined;
  const start = (span.vaddr + bias) & ~0xfffn;
  const end = (span.vaddr + span.memSize + bias) & ~0xfffn;
  return start < end ? { start: toAddress(start), end: toAddress(end) } : undefined;
}

function check(id: HardeningCheckId, verdict: HardeningVerdict, value: string, words: string, evidence: readonly Evidence[]): HardeningCheck {
  return { id, verdict, value, words, evidence };
}

function dynamicFlag(elf: ElfSecurity, tag: bigint, bit: bigint): boolean {
  return elf.dynamic?.some((entry) => entry.tag === tag && (entry.value & bit) !== 0n) ?? false;
}

function dynamicText(elf: ElfSecurity): Evidence[] {
  const shown = (elf.dynamic ?? []).flatMap(({ tag, value }) =>
    tag === DT_BIND_NOW ? ['BIND_NOW'] : tag === DT_FLAGS ? [`FLAGS 0x${value.toString(16)}`] : tag === DT_FLAGS_1 ? [`FLAGS_1 0x${value.toString(16)}`] : []);
  return shown.length === 0 ? [] : [{ source: 'program-header', text: `dynamic section: ${shown.join(', ')}` }];
}

function pie(elf: ElfSecurity): HardeningCheck {
  const { facts } = elf;
  const evidence: Evidence[] = [{ source: 'elf-header', text: `e_type ${facts.type === 'exec' ? 'EXEC' : facts.type === 'dyn' ? 'DYN' : facts.type}` }, ...dynamicText(elf)];
  if (facts.type === 'exec') return check('pie', 'no', 'no', 'linked at fixed addresses: code and data of the program are where an attacker expects them', evidence);
  const isProgram = dynamicFlag(elf, DT_FLAGS_1, DF_1_PIE) || facts.interp !== undefined;
  return isProgram
    ? check('pie', 'yes', 'PIE', 'position-independent: the kernel may place it anywhere', evidence)
    : check('pie', 'yes', 'DSO', 'a shared object, which is position-independent by nature', evidence);
}

function nxStack(elf: ElfSecurity): HardeningCheck {
  const header = elf.facts.programHeaders.find(({ type }) => type === PT_GNU_STACK);
  if (!header) return check('nx-stack', 'no', 'missing', 'no PT_GNU_STACK: ld.so makes the stack executable for such a file', [{ source: 'program-header', text: 'no GNU_STACK' }]);
  const executable = (header.flags & PF_X) !== 0;
  return check('nx-stack', executable ? 'no' : 'yes', executable ? 'RWE' : 'RW', executable ? 'asks for an executable stack' : 'asks for a stack without execute permission', [
    { source: 'program-header', text: programHeaderText(header) },
  ]);
}

function relro(elf: ElfSecurity): HardeningCheck {
  const header = elf.facts.programHeaders.find(({ type }) => type === PT_GNU_RELRO);
  const now = elf.dynamic?.some(({ tag }) => tag === DT_BIND_NOW) === true || dynamicFlag(elf, DT_FLAGS, DF_BIND_NOW) || dynamicFlag(elf, DT_FLAGS_1, DF_1_NOW);
  if (!header) return check('relro', 'no', 'none', 'the tables that the loader fills in stay writable', [{ source: 'program-header', text: 'no GNU_RELRO' }]);
  const evidence: Evidence[] = [{ source: 'program-header', text: programHeaderText(header) }, ...dynamicText(elf)];
  return now
    ? check('relro', 'yes', 'full', 'everything is bound at start, and then made read-only', evidence)
    : check('relro', 'partial', 'partial', 'read-only after relocation but for the lazily bound part of the GOT, which stays writable', evidence);
}

function canary(elf: ElfSecurity): HardeningCheck {
  if (elf.canarySymbol !== undefined) {
    return check('canary', 'yes', 'yes', 'functions check a random value on the stack before they return', [{ source: 'symbol', text: `${elf.canarySymbol} in ${elf.symbolTable}` }]);
  }
  if (elf.symbolTable === 'none') return check('canary', 'unknown', 'unknown', 'the file has no symbol table that could tell', []);
  return check('canary', 'no', 'no', 'nothing in it calls __stack_chk_fail', [{ source: 'symbol', text: `no __stack_chk_fail in ${elf.symbolTable}` }]);
}

function fortify(elf: ElfSecurity): HardeningCheck {
  const { fortified, unfortified, symbolTable } = elf;
  const evidence: Evidence[] = [];
  if (fortified.length > 0) evidence.push({ source: 'symbol', text: `checked: ${fortified.slice(0, 12).join(' ')}${fortified.length > 12 ? ' …' : ''}` });
  if (unfortified.length > 0) evidence.push({ source: 'symbol', text: `plain: ${unfortified.slice(0, 12).join(' ')}${unfortified.length > 12 ? ' …' : ''}` });
  if (symbolTable === 'none') return check('fortify', 'unknown', 'unknown', 'the file has no symbol table that could tell', evidence);
  if (fortified.length > 0) {
    const words = `calls ${fortified.length} checked function${fortified.length === 1 ? '' : 's'} of the C library, and ${unfortified.length} plainly where the size is not known to the compiler`;
    return check('fortify', 'yes', `${fortified.length}/${fortified.length + unfortified.length}`, words, evidence);
  }
  if (unfortified.length === 0) return check('fortify', 'unknown', 'n/a', 'calls nothing that has a checked form', evidence);
  return check('fortify', 'no', `0/${unfortified.length}`, 'calls string and memory functions without size checks (_FORTIFY_SOURCE)', evidence);
}

function cet(elf: ElfSecurity, id: 'cet-ibt' | 'cet-shstk'): HardeningCheck {
  const on = ((elf.x86Features ?? 0) & (id === 'cet-ibt' ? X86_FEATURE_IBT : X86_FEATURE_SHSTK)) !== 0;
  const what = id === 'cet-ibt' ? 'indirect branch tracking (IBT)' : 'shadow stacks (SHSTK)';
  return check(id, on ? 'yes' : 'no', on ? 'marked' : 'no', on ? `marked as fit for ${what}; whether it is in use is up to kernel and processor` : `not marked as fit for ${what}`, [
    { source: 'section-header', text: elf.x86Features === undefined ? 'no x86 feature property in .note.gnu.property' : `.note.gnu.property: x86 feature 0x${elf.x86Features.toString(16)}` },
  ]);
}

function buildId(elf: ElfSecurity): HardeningCheck {
  const { buildId: id } = elf.facts;
  return check('build-id', id === undefined ? 'no' : 'yes', id ?? 'none', id === undefined ? 'no build id: debug files cannot be matched to it for certain' : 'identifies this very build', [
    { source: 'program-header', text: id === undefined ? 'no NT_GNU_BUILD_ID note' : `NT_GNU_BUILD_ID ${id}` },
  ]);
}

function rpath(elf: ElfSecurity): HardeningCheck {
  const path = elf.runpath ?? elf.rpath;
  if (path === undefined) return check('rpath', 'yes', 'none', 'libraries are looked for in the system’s folders only', [{ source: 'program-header', text: 'no RPATH, no RUNPATH' }]);
  const kind = elf.runpath === undefined ? 'RPATH' : 'RUNPATH';
  const parts = path.split(':');
  const unsafe = parts.some((part) => part === '' || !/^(?:\/|\$ORIGIN|\$\{ORIGIN\})/.test(part));
  const words = unsafe ? 'libraries are looked for relative to the working directory' : 'libraries are looked for in folders that the file names: whoever can write there can replace them';
  return check('rpath', unsafe ? 'no' : 'partial', path, words, [{ source: 'program-header', text: `dynamic section: ${kind} ${path}` }]);
}
