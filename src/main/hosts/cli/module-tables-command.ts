import { formatAddress, formatPlainAddress, toAddress } from '../../../shared/address/address.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { pairAt, SYMBOL_BINDINGS, SYMBOL_KINDS, type ModuleFacts, type ModuleSection, type SymbolColumns } from '../../../shared/model/module-tables.ts';
import { MAX_SYMBOL_ROWS } from '../../../shared/rpc/contracts/symbols.ts';
import type { CliContext } from './context.ts';
import { EXIT_DONE, EXIT_NOT_SO } from './exit-codes.ts';
import { JsonList } from './json-list.ts';
import { safeNumber } from './json.ts';
import type { Paint } from './paint.ts';
import { formatTable, printable, type Cell, type Column } from './table.ts';
import { withSession, type OpenSession } from './with-session.ts';

export interface SectionsOptions {
  readonly json?: boolean;
}

export interface SymbolsOptions {
  readonly json?: boolean;
  /** Name of a section. */
  readonly in?: string;
}

/** Prints the sections of all modules, or of those that a name fits. */
export function sections(context: CliContext, paint: Paint, pid: number, name: string | undefined, options: SectionsOptions): Promise<number> {
  return withSession(context, pid, {}, async (session) => {
    const printer = new TablePrinter(context, paint, options.json ?? false, SECTION_COLUMNS);
    for (const module of await modulesNamed(session, name)) {
      const { sections: rows } = await session.clients.symbols.sections({ sessionId: session.sessionId, module: module.base });
      await printer.add(
        rows.map((section) => sectionJson(module, section)),
        () => rows.map((section) => sectionCells(module, section, paint)),
      );
      await tellProblem(context, module);
    }
    return printer.end();
  });
}

/** Prints the symbols of all modules, or of those that a name fits; with `in`, those of one section. Exit code 1 when there are none. */
export function symbols(context: CliContext, paint: Paint, pid: number, name: string | undefined, options: SymbolsOptions): Promise<number> {
  return withSession(context, pid, {}, async (session) => {
    const { clients, sessionId } = session;
    const printer = new TablePrinter(context, paint, options.json ?? false, SYMBOL_COLUMNS);
    for (const module of await modulesNamed(session, name)) {
      const { sections: headers } = await clients.symbols.sections({ sessionId, module: module.base });
      const names = new Map(headers.map((section) => [section.index, section.name]));
      for (let first = 0, total = 1; first < total; first += MAX_SYMBOL_ROWS) {
        const columns = await clients.symbols.list({ sessionId, module: module.base, first, count: MAX_SYMBOL_ROWS });
        total = columns.total;
        const rows = symbolRows(module, columns, names).filter((row) => options.in === undefined || row.section === options.in);
        await printer.add(rows, () => rows.map((row) => symbolCells(row, paint)));
      }
      await tellProblem(context, module);
    }
    return printer.end();
  });
}

/** Modules by path, file name, or (when none is so called) a part of the file name. Throws `unknown-location`. */
async function modulesNamed({ clients, sessionId }: OpenSession, name: string | undefined): Promise<readonly ModuleFacts[]> {
  const { modules } = await clients.symbols.modules({ sessionId });
  if (name === undefined) return modules;
  const exact = modules.filter(({ path }) => path === name || fileName(path) === name);
  const found = exact.length > 0 ? exact : modules.filter(({ path }) => fileName(path).includes(name));
  if (found.length > 0) return found;
  throw new VmatlasError({ code: 'unknown-location', message: `No module of this process is called ${name}.`, remedy: `Its modules are ${modules.map(({ path }) => fileName(path)).join(', ')}.` });
}

async function tellProblem(context: CliContext, { problem }: ModuleFacts): Promise<void> {
  if (problem) await context.stderr.write(`vmatlas: ${problem.message}\n`);
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function sectionJson(module: ModuleFacts, section: ModuleSection): object {
  return {
    module: module.path, name: section.name, type: section.type, flags: section.flags, fileOffset: `0x${section.fileOffset.toString(16)}`, fileSize: safeNumber(section.fileSizeBytes),
    memorySize: safeNumber(section.memorySizeBytes), address: section.address === undefined ? null : formatPlainAddress(section.address),
  };
}

const SECTION_COLUMNS: readonly Column[] = [
  { title: 'MODULE' }, { title: 'NAME' }, { title: 'TYPE' }, { title: 'FLAGS' }, { title: 'OFFSET', align: 'right' }, { title: 'IN FILE', align: 'right' }, { title: 'IN MEMORY', align: 'right' },
  { title: 'ADDRESS' },
];

function sectionCells(module: ModuleFacts, section: ModuleSection, paint: Paint): Cell[] {
  return [
    { text: printable(fileName(module.path)), paint: paint.dim },
    { text: printable(section.name) },
    { text: section.type },
    { text: section.flags },
    { text: section.fileOffset.toString(16) },
    { text: formatSize(section.fileSizeBytes) },
    { text: section.memorySizeBytes === 0n ? '' : formatSize(section.memorySizeBytes) },
    { text: section.address === undefined ? '' : formatAddress(section.address) },
  ];
}

interface SymbolJson {
  readonly module: string;
  readonly name: string;
  readonly demangled?: string;
  readonly kind: string;
  readonly binding: string;
  readonly size: number | string;
  readonly section: string;
  readonly address: string;
}

function symbolRows(module: ModuleFacts, columns: SymbolColumns, sectionNames: ReadonlyMap<number, string>): SymbolJson[] {
  return columns.names.map((name, row) => ({
    module: module.path,
    name,
    ...(columns.demangled[row] ? { demangled: columns.demangled[row] } : {}),
    kind: SYMBOL_KINDS[columns.kind[row] ?? 4] ?? 'other',
    binding: SYMBOL_BINDINGS[columns.binding[row] ?? 0] ?? 'local',
    size: safeNumber(pairAt(columns.size, row)),
    section: sectionNames.get(columns.section[row] ?? 0) ?? '',
    address: formatPlainAddress(toAddress(pairAt(columns.address, row))),
  }));
}

const SYMBOL_COLUMNS: readonly Column[] = [
  { title: 'MODULE' }, { title: 'ADDRESS' }, { title: 'SIZE', align: 'right' }, { title: 'KIND' }, { title: 'BINDING' }, { title: 'SECTION' }, { title: 'NAME' },
];

function symbolCells(row: SymbolJson, paint: Paint): Cell[] {
  return [
    { text: printable(fileName(row.module)), paint: paint.dim },
    { text: formatAddress(toAddress(BigInt(row.address))) },
    { text: row.size === 0 ? '' : String(row.size) },
    { text: row.kind },
    { text: row.binding },
    { text: printable(row.section) },
    { text: printable(row.demangled ?? row.name) },
  ];
}

/** Rows as they come: as a JSON list, or as tables of which only the first has titles. */
class TablePrinter {
  readonly #context: CliContext;
  readonly #paint: Paint;
  readonly #list: JsonList | undefined;
  readonly #columns: readonly Column[];
  #rows = 0;

  constructor(context: CliContext, paint: Paint, json: boolean, columns: readonly Column[]) {
    this.#context = context;
    this.#paint = paint;
    this.#columns = columns;
    this.#list = json ? new JsonList(context.stdout) : undefined;
  }

  async add(rows: readonly object[], cells: () => readonly (readonly Cell[])[]): Promise<void> {
    if (rows.length === 0) return;
    if (this.#list) await this.#list.add(rows);
    else {
      const text = formatTable(this.#columns, cells(), this.#paint.dim);
      await this.#context.stdout.write(this.#rows === 0 ? text : text.slice(text.indexOf('\n') + 1));
    }
    this.#rows += rows.length;
  }

  /** Exit code 1 when there was no row. */
  async end(): Promise<number> {
    if (this.#list) {
      await this.#list.end();
      await this.#context.stdout.write('\n');
    }
    return this.#rows > 0 ? EXIT_DONE : EXIT_NOT_SO;
  }
}
