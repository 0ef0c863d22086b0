import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { toAddress } from '../../../shared/address/address.ts';
import type { Address } from '../../../shared/address/address.ts';
import { resolveInstruction } from '../../../shared/analysis/operands/resolve-operands.ts';
import type { RegisterFile } from '../../../shared/analysis/operands/resolve-operands.ts';
import { splitComment } from '../../../shared/analysis/operands/parse-operands.ts';
import type { CodePlace, Disassembly, Instruction } from '../../../shared/model/code.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { ServiceHandlers } from '../../../shared/rpc/contract.ts';
import { MOST_INSTRUCTIONS, MOST_SOURCE_LINES } from '../../../shared/rpc/contracts/code.ts';
import type { CodeContract } from '../../../shared/rpc/contracts/code.ts';
import type { Session } from '../../session/session.ts';
import type { SessionManager } from '../../session/session-manager.ts';
import type { Debugger } from '../../target/debugger.ts';
import type { CodeLine, MachineInstruction } from '../../target/debugger-control.ts';
import type { PointeeSources } from '../memory/pointees.ts';
import { pointeeOf } from '../memory/pointees.ts';
import { address, checked, execText, frameLevel, ofSession, sessionId, threadId } from '../validate.ts';
import { readInstructions } from './read-instructions.ts';
import { readSource } from './read-source.ts';

const frame = z.object({ threadId, frameLevel });
const place = z.discriminatedUnion('kind', [z.object({ kind: z.literal('frame'), threadId, frameLevel }), z.object({ kind: z.literal('address'), address })]);
/** Absolute, as the debug information and gdb's rules have them. */
const path = execText.min(1).max(4096).refine((text) => !/[\n\r]/.test(text), 'must be one line');

export function codeService(manager: SessionManager): ServiceHandlers<CodeContract> {
  const held = (id: string): Debugger => manager.get(id).debugger('read its code', 'attached');
  return {
    calls: {
      source: checked('code.source', z.object({ sessionId, at: place, have: z.string().max(8192).optional() }), async (params) => {
        const session = manager.get(params.sessionId);
        const { generation, picture } = await session.picture();
        const { code } = debuggerFor(session, params.at);
        const line = await lineAt(session, params.at);
        const module = picture.regions.regionAt(line.pc)?.module;
        const { source } = line;
        return {
          generation,
          source: await readSource({
            place: line, module: module?.path.split('/').at(-1), builtMs: module && (await changedMs(module.path)), mostLines: MOST_SOURCE_LINES,
            lineTable: () => (source === undefined ? Promise.resolve([]) : code.lineTable(source)), have: params.have,
          }),
        };
      }),
      disassemble: checked('code.disassemble', z.object({ sessionId, at: place, limit: z.int().min(1).max(MOST_INSTRUCTIONS), frame: frame.optional() }), async (params) => {
        const session = manager.get(params.sessionId);
        const { generation, picture } = await session.picture();
        const debug = debuggerFor(session, params.at);
        const of = params.at.kind === 'frame' ? params.at : params.frame;
        const registers = of === undefined || debug.runState !== 'stopped' ? new Map<string, bigint>() : await registerFile(debug, of.threadId, of.frameLevel);
        const at = params.at.kind === 'address' ? params.at.address : (frameAddress(registers) ?? (await debug.code.frameCode(params.at.threadId, params.at.frameLevel)).pc);
        const run = await readInstructions(debug.code, picture, at, params.limit);
        const current = registers.get('rip');
        const instructions = await session.withTarget((target) => resolveAll(run.instructions, registers, { picture, target }));
        const here = run.instructions.find((instruction) => instruction.address === at);
        const disassembly: Disassembly = {
          at, isCurrent: current === at, function: here?.function, instructions, moreBefore: run.moreBefore, moreAfter: run.moreAfter, file: here?.source?.file,
        };
        return { generation, disassembly };
      }),
      pathRules: checked('code.pathRules', ofSession, (params) => held(params.sessionId).code.pathRules()),
      addPathRule: checked('code.addPathRule', z.object({ sessionId, from: path, to: path }), async (params) => {
        const { code } = held(params.sessionId);
        await code.addPathRule({ from: params.from, to: params.to });
        return code.pathRules();
      }),
      removePathRule: checked('code.removePathRule', z.object({ sessionId, from: path }), async (params) => {
        const { code } = held(params.sessionId);
        await code.removePathRule(params.from);
        return code.pathRules();
      }),
    },
    events: {},
  };
}

/** Frames are known of a stopped target only; the code itself does not change while it runs. */
function debuggerFor(session: Session, at: CodePlace): Debugger {
  return session.debugger('read its code', at.kind === 'frame' ? 'stopped' : 'attached');
}

async function lineAt(session: Session, at: CodePlace): Promise<CodeLine> {
  const { code } = debuggerFor(session, at);
  if (at.kind === 'frame') return code.frameCode(at.threadId, at.frameLevel);
  try {
    return await code.lineOf(at.address);
  } catch (error) {
    // Nothing that could be disassembled: so no line of a program either.
    if (error instanceof VmatlasError && error.code === 'gdb-error') return { pc: at.address, function: undefined, source: undefined };
    throw error;
  }
}

async function registerFile(held: Debugger, thread: number, level: number): Promise<RegisterFile> {
  const registers = await held.registers(thread, level, 'plain');
  return new Map(registers.flatMap(({ name, value }) => (value === undefined ? [] : [[name, BigInt.asUintN(64, value)] as const])));
}

/** The frame's rip is its place: no need to ask for that too. */
function frameAddress(registers: RegisterFile): Address | undefined {
  const rip = registers.get('rip');
  return rip === undefined ? undefined : toAddress(rip);
}

async function resolveAll(instructions: readonly MachineInstruction[], registers: RegisterFile, sources: PointeeSources): Promise<readonly Instruction[]> {
  const pointees = new Map<Address, ReturnType<typeof pointeeOf>>();
  const pointee = (at: Address): ReturnType<typeof pointeeOf> => {
    const known = pointees.get(at) ?? pointeeOf(sources, at);
    pointees.set(at, known);
    return known;
  };
  return Promise.all(instructions.map(async (instruction): Promise<Instruction> => {
    const { operands, target, targetWords } = resolveInstruction(instruction.text, instruction.address, instruction.bytes.length, registers, instruction.address === registers.get('rip'));
    return {
      address: instruction.address, bytes: instruction.bytes, function: instruction.function, offset: instruction.offset, ...splitComment(instruction.text), target, targetWords,
      line: instruction.source?.line,
      operands: await Promise.all(operands.map(async (operand) => ({ ...operand, pointee: operand.address === undefined ? undefined : ((await pointee(operand.address)) ?? undefined) }))),
    };
  }));
}

async function changedMs(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch {
    // Deleted or out of reach: nothing to compare with.
    return undefined;
  }
}
