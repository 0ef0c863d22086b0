import { formatPlainAddress, toAddress } from '../address/address.ts';
import { programHeaderText, PT_GNU_RELRO } from '../model/elf-facts.ts';
import type { Evidence } from '../model/evidence.ts';
import { mappingLine } from '../model/mapping-columns.ts';
import { AUXV_NAMES } from '../model/process-facts.ts';
import type { Classification } from './classify.ts';
import { RULES, RULE_TEXT, type Rule } from './rules.ts';

/** The proof of one region: the line of maps first, then whatever made its kind. Made on request, because a picture has up to sixty thousand rows. */
export function evidenceOf(picture: Classification, row: number): Evidence[] {
  const { origins, mappings, facts } = picture;
  const rule = RULES[origins.rule[row] ?? -1];
  if (rule === undefined) throw new RangeError(`no region row ${row}`);
  const ref = origins.ref[row] ?? -1;
  const sub = origins.sub[row] ?? -1;
  const mapping = origins.mapping[row] ?? -1;
  const evidence: Evidence[] = [];
  if (mapping >= 0) evidence.push({ source: 'maps', text: mappingLine(mappings, mapping) });

  switch (rule) {
    case 'elf-segment':
    case 'unprotected-relro':
    case 'anonymous-text':
      evidence.push(...segmentEvidence(picture, row, ref, sub));
      break;
    case 'thread-stack':
      evidence.push(...(facts.threadStacks[ref]?.evidence ?? []));
      break;
    case 'thread-sp':
      evidence.push({ source: 'syscall', text: facts.threads[ref]?.line ?? '' }, ...otherHalf(picture, mapping, sub));
      break;
    case 'thread-shape':
      evidence.push(...otherHalf(picture, mapping, sub), ...limitLine(picture));
      break;
    case 'arena':
    case 'arena-room':
      evidence.push(...(facts.arenaHeaps[ref]?.evidence ?? []));
      break;
    case 'stack-piece':
      evidence.push({ source: 'maps', text: mappingLine(mappings, ref) }, ...limitLine(picture));
      break;
    case 'stack-room':
    case 'stack-gap':
      evidence.push(...stackLine(picture), ...limitLine(picture));
      break;
    case 'brk-heap':
      if (facts.startBrk !== undefined) evidence.push({ source: 'stat', text: `start_brk (field 47) = ${formatPlainAddress(facts.startBrk)}` });
      break;
    case 'null':
      evidence.push({ source: 'rule', text: `vm.mmap_min_addr = ${facts.mmapMinAddr}` });
      break;
    case 'gap':
      evidence.push(...neighbourLines(picture, row));
      break;
    case 'kernel-name':
      evidence.push(...kernelNameEvidence(picture, row));
      break;
    default:
  }
  const words = RULE_TEXT[rule];
  if (words !== undefined) evidence.push({ source: 'rule', text: words });
  if (rule === 'elf-segment' && segmentRule(picture, row) !== '') evidence.push({ source: 'rule', text: segmentRule(picture, row) });
  return evidence;
}

/** Rule by which a region got its kind; for tests and for grouping. */
export function ruleOf(picture: Classification, row: number): Rule | undefined {
  return RULES[picture.origins.rule[row] ?? -1];
}

function segmentEvidence(picture: Classification, row: number, ref: number, sub: number): Evidence[] {
  const image = picture.found.images[ref];
  const cut = image?.cuts[sub];
  const facts = image?.module.facts;
  if (!image || !cut || !facts) return [];
  const evidence: Evidence[] = [];
  const header = facts.programHeaders[cut.header];
  if (header) evidence.push({ source: 'program-header', text: programHeaderText(header) });
  const relro = facts.programHeaders.find((candidate) => candidate.type === PT_GNU_RELRO);
  if (relro && (cut.kind === 'relro' || picture.regions.kindAt(row) === 'relro')) evidence.push({ source: 'program-header', text: programHeaderText(relro) });
  evidence.push({ source: 'elf-header', text: `load bias ${formatPlainAddress(toAddress(image.module.bias))} (runtime minus file address)` });
  const { auxv } = picture.facts;
  if (auxv && image.module.ref.role === 'program' && auxv.phdr !== undefined) evidence.push({ source: 'auxv', text: `AT_PHDR = ${formatPlainAddress(auxv.phdr)}` });
  if (auxv && image.module.ref.role === 'loader' && auxv.base !== undefined) evidence.push({ source: 'auxv', text: `AT_BASE = ${formatPlainAddress(auxv.base)}` });
  return evidence;
}

function segmentRule(picture: Classification, row: number): string {
  const region = picture.regions.rowAt(row);
  if (region.kind !== 'bss') return '';
  return region.part === 'file tail'
    ? 'The file’s bytes end at vaddr + filesz, inside this page; the loader fills the rest of the page with zeros, and .bss begins there (elf(5)).'
    : 'memsz is larger than filesz: after the last page with file bytes the loader maps zero-filled anonymous pages up to vaddr + memsz (elf(5)).';
}

function kernelNameEvidence(picture: Classification, row: number): Evidence[] {
  const { auxv } = picture.facts;
  const kind = picture.regions.kindAt(row);
  if (kind === 'vdso' && auxv?.vdso !== undefined) return [{ source: 'auxv', text: `${AUXV_NAMES.get(33)} = ${formatPlainAddress(auxv.vdso)}` }];
  if (kind === 'stack') return limitLine(picture);
  return [];
}

/** A stack is proved by its guard and a guard by its stack: the line of the other one. */
function otherHalf(picture: Classification, mapping: number, stackMapping: number): Evidence[] {
  if (stackMapping <= 0) return [];
  return [{ source: 'maps', text: mappingLine(picture.mappings, mapping === stackMapping ? stackMapping - 1 : stackMapping) }];
}

function limitLine(picture: Classification): Evidence[] {
  return picture.facts.stackLimitLine === '' ? [] : [{ source: 'limits', text: picture.facts.stackLimitLine }];
}

function stackLine(picture: Classification): Evidence[] {
  const { mappings } = picture;
  for (let row = mappings.length - 1; row >= 0; row--) {
    if (mappings.names[mappings.name[row] ?? 0] === '[stack]') return [{ source: 'maps', text: mappingLine(mappings, row) }];
  }
  return [];
}

/** The mappings below and above an unmapped stretch. */
function neighbourLines(picture: Classification, row: number): Evidence[] {
  const { mapping } = picture.origins;
  const evidence: Evidence[] = [];
  let below = row - 1;
  while (below >= 0 && (mapping[below] ?? -1) < 0) below--;
  let above = row + 1;
  while (above < picture.regions.length && (mapping[above] ?? -1) < 0) above++;
  if (below >= 0) evidence.push({ source: 'maps', text: mappingLine(picture.mappings, mapping[below] ?? 0) });
  if (above < picture.regions.length) evidence.push({ source: 'maps', text: mappingLine(picture.mappings, mapping[above] ?? 0) });
  return evidence;
}
