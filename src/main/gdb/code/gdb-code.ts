import type { Address } from '../../../shared/address/address.ts';
import { toAddress } from '../../../shared/address/address.ts';
import type { LineAddress, PathRule } from '../../../shared/model/code.ts';
import type { SourcePlace } from '../../../shared/model/debug.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { CodeLine, DebuggerCode, MachineInstruction } from '../../target/debugger-control.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { dataDisassemble, setPathRule, showPathRules, stackInfoFrame, symbolListLines, unsetPathRule } from '../mi-commands/code-commands.ts';

/** gdb's knowledge of the program's text. */
export class GdbCode implements DebuggerCode {
  readonly #connection: MiConnection;

  constructor(connection: MiConnection) {
    this.#connection = connection;
  }

  async frameCode(threadId: number, frameLevel: number): Promise<CodeLine> {
    const { pc, function: name, source } = await this.#connection.run(stackInfoFrame(threadId, frameLevel));
    return { pc, function: name, source };
  }

  async lineOf(address: Address): Promise<CodeLine> {
    const [first] = await this.disassemble(address, toAddress(BigInt.asUintN(64, address + 1n)));
    return { pc: address, function: first?.function, source: first?.source };
  }

  async lineTable(place: SourcePlace): Promise<readonly LineAddress[]> {
    try {
      return await this.#connection.run(symbolListLines(place.fullName ?? place.file));
    } catch (error) {
      // A file that gdb knows under another name: all lines look alike then.
      if (error instanceof VmatlasError && (error.code === 'gdb-error' || error.code === 'unknown-location')) return [];
      throw error;
    }
  }

  disassemble(start: Address, end: Address): Promise<readonly MachineInstruction[]> {
    return this.#connection.run(dataDisassemble(start, end));
  }

  pathRules(): Promise<readonly PathRule[]> {
    return this.#connection.run(showPathRules());
  }

  async addPathRule(rule: PathRule): Promise<void> {
    await this.#connection.run(setPathRule(rule));
  }

  async removePathRule(from: string): Promise<void> {
    if ((await this.pathRules()).some((rule) => rule.from === from)) await this.#connection.run(unsetPathRule(from));
  }
}
