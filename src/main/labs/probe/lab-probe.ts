import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { formatPlainAddress, parseAddress, toAddress, type Address } from '../../../shared/address/address.ts';
import { pageOf } from '../../../shared/address/page.ts';
import { rangeFrom } from '../../../shared/address/range.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { ResumeKind } from '../../../shared/model/debug.ts';
import type { LabLanguage, LabPlace } from '../../../shared/model/lab.ts';
import type { SessionState } from '../../../shared/model/session.ts';
import type { SymbolRef } from '../../../shared/model/symbol.ts';
import type { Session } from '../../session/session.ts';
import type { TerminalHub } from '../../session/terminal-hub.ts';
import type { Debugger } from '../../target/debugger.ts';
import type { Picture } from '../../target/target.ts';
import type { LiveRun } from '../run/live-run.ts';
import type { AddressFact, BytesFact, ExplanationFact, FaultFact, MappingFact, PageFact, RegionFact, SectionFact, StopFact, TextFact } from './facts.ts';
import { codeName } from './fault-codes.ts';
import { readMappingAt, readMappings } from './mappings.ts';
import { pageFact } from './page-fact.ts';
import { awaitPrinted, printedLines } from './printed.ts';
import { SecondProcess, type SecondProcessOptions } from './second-process.ts';
import { readSections, type SectionRows } from './sections.ts';

/** Somebody waits for the place to be shown; what was printed before the stop is there in milliseconds. */
const PLACE_LIMIT_MS = 5000;

/** The program's file does not change while it runs: readelf is asked once a run. */
const sectionsOf = new WeakMap<LiveRun, Promise<SectionRows>>();

/**
 * What a check may ask, and do. Every question is answered by its source at the time of asking: the kernel (/proc), gdb, readelf, the file, the program's own output. Addresses are the
 * process's; each fact carries its evidence.
 */
export class LabProbe {
  readonly #run: LiveRun;
  readonly #signal: AbortSignal;
  readonly #others: SecondProcess[] = [];

  constructor(run: LiveRun, signal: AbortSignal) {
    this.#run = run;
    this.#signal = signal;
  }

  // ── the program ─────────────────────────────────────────────────────────────────────────────────────────────────

  get language(): LabLanguage {
    return this.#run.language;
  }

  /** Path of the program that runs. */
  get program(): string {
    return this.#run.program;
  }

  get pid(): number {
    return this.#run.pid;
  }

  /** Aborted when the verification is cancelled. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  /** For what the probe has no question for. */
  get session(): Session {
    return this.#run.session;
  }

  /** Another file that the lab's build made. */
  built(output: string): string {
    const path = this.#run.built.get(output);
    if (path === undefined) throw new VmatlasError({ code: 'internal', message: `The build of this lab makes no ${output}.` });
    return path;
  }

  /** What this process printed behind `name:`. Waits for the line; rejects with `gdb-timeout`. */
  async printed(name: string, limitMs?: number): Promise<TextFact> {
    const { line, value } = await awaitPrinted(this.#terminal, this.pid, name, this.#signal, limitMs);
    return { text: value, evidence: { from: 'the program’s output', text: line } };
  }

  /** The same, as an address. */
  async printedAddress(name: string, limitMs?: number): Promise<AddressFact> {
    const { text, evidence } = await this.printed(name, limitMs);
    const address = parseAddress(text);
    if (address === undefined) throw new VmatlasError({ code: 'malformed-input', message: `What the program printed behind “${name}” is not an address.`, evidence: evidence.text });
    return { text, address, evidence };
  }

  /** Lines that this process has printed by now. */
  printedLines(): readonly string[] {
    return printedLines(this.#terminal, this.pid);
  }

  /** Types a line to the program. */
  send(line: string): void {
    this.#terminal.write(new TextEncoder().encode(`${line}\n`));
  }

  // ── the kernel's word ───────────────────────────────────────────────────────────────────────────────────────────

  mappings(): readonly MappingFact[] {
    return readMappings(this.pid);
  }

  /** The line of maps that covers an address; undefined for an address that is not mapped. */
  mappingAt(address: Address): MappingFact | undefined {
    return readMappingAt(this.pid, address);
  }

  /** Pagemap of the page that holds an address. Touches no page. Rejects with `unsupported` where the kernel refuses. */
  async page(address: Address): Promise<PageFact> {
    const words = await this.session.withTarget((target) => target.readPagemap(pageOf(address), 1));
    const word = words?.[0];
    if (word === undefined) throw new VmatlasError({ code: 'unsupported', message: 'The kernel does not let us read the page table (pagemap).' });
    return pageFact(this.pid, address, word);
  }

  /** Bytes of the process's memory. Reads an absent page in. Rejects with `unmapped` or `unreadable` for the first byte that cannot be read. */
  async memory(address: Address, lengthBytes: number): Promise<BytesFact> {
    const bytes = new Uint8Array(lengthBytes);
    const ranges = await this.session.withTarget((target) => target.readMemory(rangeFrom(address, lengthBytes), { touchNotPresent: true, signal: this.#signal }));
    for (const range of ranges) {
      if (range.kind !== 'valid') {
        const code = range.kind === 'unmapped' ? 'unmapped' : 'unreadable';
        throw new VmatlasError({ code, message: `The bytes at ${formatPlainAddress(range.start)} cannot be read.`, evidence: range.kind === 'unreadable' ? range.detail : range.kind });
      }
      bytes.set(range.bytes, Number(range.start - address));
    }
    return { bytes, evidence: { from: `/proc/${this.pid}/mem at ${formatPlainAddress(address)}`, text: hexText(bytes) } };
  }

  /** Writes bytes, lets `work` look, and puts the old ones back. Private pages only: a shared one is its file's. */
  async withWritten<T>(address: Address, bytes: Uint8Array, work: () => Promise<T>): Promise<T> {
    const { bytes: old } = await this.memory(address, bytes.length);
    await this.#write(address, bytes);
    try {
      return await work();
    } finally {
      await this.#write(address, old);
    }
  }

  async #write(address: Address, bytes: Uint8Array): Promise<void> {
    await this.session.withTarget((target) => target.writeMemory(address, bytes));
    this.session.noteWritten(address, BigInt(bytes.length));
  }

  // ── what vmatlas makes of it ────────────────────────────────────────────────────────────────────────────────────

  async picture(): Promise<Picture> {
    const { picture } = await this.session.picture();
    return picture;
  }

  /** Kind and label of an address, by the classification that the map shows. */
  async region(address: Address): Promise<RegionFact> {
    const picture = await this.picture();
    const row = picture.regions.indexAt(address);
    const { start, end, kind, perms, label, part, module } = picture.regions.rowAt(row);
    const evidence = picture.evidenceOf(row).map(({ source, text }) => ({ from: `vmatlas: ${source}`, text }));
    return { start, end, kind, perms, label, part, module, evidence: [...evidence, { from: 'vmatlas: map', text: `${formatPlainAddress(address)} is ${kind}: ${label}${part === '' ? '' : `, ${part}`}` }] };
  }

  /** The program's own symbols of that name first. */
  async symbols(name: string): Promise<readonly SymbolRef[]> {
    return (await this.picture()).modules.findSymbol(name);
  }

  // ── the file ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** All section headers of the program, by readelf where there is one. */
  async sections(): Promise<readonly SectionFact[]> {
    const known = sectionsOf.get(this.#run) ?? readSections(this.program);
    sectionsOf.set(this.#run, known);
    const { from, rows } = await known;
    const bias = await this.loadBias();
    return rows.map(({ line, flags, ...row }) => ({
      ...row, flags, address: flags.includes('A') ? toAddress(BigInt.asUintN(64, row.fileAddress + bias)) : undefined, evidence: { from, text: line },
    }));
  }

  /** Rejects with `unknown-location` when there is none of that name. */
  async section(name: string): Promise<SectionFact> {
    const found = (await this.sections()).find((section) => section.name === name);
    if (!found) throw new VmatlasError({ code: 'unknown-location', message: `${basename(this.program)} has no section ${name}.` });
    return found;
  }

  /** The loaded section that holds an address, by its header. */
  async sectionAt(address: Address): Promise<SectionFact | undefined> {
    return (await this.sections()).find((section) => section.address !== undefined && address >= section.address && address < section.address + section.sizeBytes);
  }

  /** What to add to an address in the program's file for the address in the process. 0 for a program that is not position independent. */
  async loadBias(): Promise<bigint> {
    const picture = await this.picture();
    const [program] = picture.modules.listing.modules();
    return (program && picture.modules.loadBiasAt(program.base)) ?? 0n;
  }

  /** Bytes of a file on disk, the program's unless another is named. Rejects with `io-error` past its end. */
  fileBytes(offset: bigint, lengthBytes: number, path: string = this.program): BytesFact {
    const bytes = new Uint8Array(lengthBytes);
    const descriptor = openSync(path, 'r');
    try {
      const count = readSync(descriptor, bytes, 0, lengthBytes, Number(offset));
      if (count !== lengthBytes) throw new VmatlasError({ code: 'io-error', message: `${basename(path)} ends before offset ${formatPlainAddress(toAddress(offset + BigInt(lengthBytes)))}.` });
    } finally {
      closeSync(descriptor);
    }
    return { bytes, evidence: { from: `${basename(path)} at file offset 0x${offset.toString(16)}`, text: hexText(bytes) } };
  }

  // ── gdb's word ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** gdb, while it holds the program stopped. */
  gdb(): Debugger {
    return this.session.debugger('ask gdb', 'stopped');
  }

  get threadId(): number {
    return this.#run.stop().threadId;
  }

  /** What gdb prints for an expression, in the innermost frame unless another is named. Rejects with `gdb-error` where gdb refuses. */
  async evaluate(expression: string, frameLevel = 0): Promise<TextFact> {
    const [text] = await this.gdb().values(this.threadId, frameLevel, [expression]);
    if (text === undefined) throw new VmatlasError({ code: 'gdb-error', message: `gdb cannot tell ${expression} here.` });
    return { text, evidence: { from: `gdb: print ${expression}`, text } };
  }

  /** Value of an expression as an address: a number, a pointer, a register, or where an lvalue is. */
  async address(expression: string, frameLevel = 0): Promise<AddressFact> {
    const { address, text } = await this.gdb().evaluateAddress(expression, { threadId: this.threadId, frameLevel });
    return { address, text, evidence: { from: `gdb: print ${expression}`, text } };
  }

  /** A general register of a frame. */
  async register(name: string, frameLevel = 0): Promise<AddressFact> {
    const registers = await this.gdb().registers(this.threadId, frameLevel, 'general');
    const value = registers.find((register) => register.name === name)?.value;
    if (value === undefined) throw new VmatlasError({ code: 'gdb-error', message: `gdb does not tell ${name}.` });
    const address = toAddress(value);
    return { address, text: formatPlainAddress(address), evidence: { from: 'gdb: info registers', text: `${name} ${formatPlainAddress(address)}` } };
  }

  /** Instructions that begin in [start, end), as gdb disassembles them, one a fact. */
  async instructions(start: Address, end: Address): Promise<readonly (BytesFact & { readonly address: Address; readonly text: string })[]> {
    const found = await this.gdb().code.disassemble(start, end);
    return found.map(({ address, bytes, text }) => ({ address, bytes, text, evidence: { from: 'gdb: disassemble /r', text: `${formatPlainAddress(address)}  ${hexText(bytes)}  ${text}` } }));
  }

  /** Where and why it is stopped. */
  async stop(): Promise<StopFact> {
    const stop = this.#run.stop();
    const { address: pc } = await this.register('rip');
    return { stop, signal: stop.signal?.name, pc, evidence: { from: 'gdb', text: `${stop.words}, pc ${formatPlainAddress(pc)}` } };
  }

  /** The signal that stopped it, with the kernel's siginfo. Rejects with `wrong-state` when none did. */
  async fault(): Promise<FaultFact> {
    const { stop, signal, pc } = await this.stop();
    if (signal === undefined) throw new VmatlasError({ code: 'wrong-state', message: 'No signal stopped the program.', evidence: stop.words });
    const code = Number(BigInt.asIntN(32, (await this.address('$_siginfo.si_code')).address));
    const { address } = await this.address('$_siginfo._sifields._sigfault.si_addr');
    const name = codeName(signal, code);
    const text = `${stop.words}; si_code ${code} (${name}), si_addr ${formatPlainAddress(address)}, pc ${formatPlainAddress(pc)}`;
    return { stop, signal, pc, code, codeName: name, address, evidence: { from: 'gdb: print $_siginfo', text } };
  }

  /** vmatlas's own explanation of the stop, as its card shows it; undefined where labs run without it. Rejects with `wrong-state` when there is no fault to explain. */
  async explanation(): Promise<ExplanationFact | undefined> {
    const answer = await this.#run.explain?.(this.session);
    if (!answer) return undefined;
    if (answer.kind !== 'fault') throw new VmatlasError({ code: 'wrong-state', message: 'vmatlas sees no fault to explain.', evidence: answer.reason });
    const { title, cause, access, address } = answer;
    return { cause: cause.id, certainty: cause.certainty, access, address, evidence: { from: 'vmatlas: explanation', text: `${title}. ${cause.text}` } };
  }

  // ── running it ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** Lets the program go on until it stops again or ends. The next check finds its stage by itself. */
  goOn(kind: ResumeKind = 'continue', limitMs?: number): Promise<SessionState> {
    return this.#run.goOn(kind, this.#signal, limitMs);
  }

  /** Brings it to a stage of the lab; started anew when it is past it. */
  toStage(id: string): Promise<void> {
    return this.#run.toStage(id, this.#signal);
  }

  /** Runs a program beside, without gdb: the lab's own, unless another is named. Ended with the check. */
  async startBeside(options: SecondProcessOptions = {}, program: string = this.program): Promise<SecondProcess> {
    const started = await SecondProcess.start(program, options, this.#signal);
    this.#others.push(started);
    return started;
  }

  /** Address of a place that a step names. Rejects with `unknown-location`, for what is printed only later too. */
  async resolve(place: LabPlace): Promise<AddressFact> {
    if ('expression' in place) return this.address(place.expression);
    try {
      return await this.printedAddress(place.printed, PLACE_LIMIT_MS);
    } catch (error) {
      if (!(error instanceof VmatlasError) || error.code !== 'gdb-timeout') throw error;
      throw new VmatlasError({ code: 'unknown-location', message: `The program has not printed “${place.printed}” yet.`, remedy: 'Continue, and try again.' }, { cause: error });
    }
  }

  /** Ends what was started beside. */
  async dispose(): Promise<void> {
    await Promise.all(this.#others.splice(0).map((other) => other.kill()));
  }

  get #terminal(): TerminalHub {
    const hub = this.session.terminals.get('program');
    if (!hub) throw new VmatlasError({ code: 'wrong-state', message: 'The program has no terminal here.' });
    return hub;
  }
}

/** `2a 00 00 00`; of long runs the beginning. */
export function hexText(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 64), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return bytes.length > 64 ? `${shown} … (${bytes.length} bytes)` : shown;
}
