import { z } from 'zod';
import { CATCH_KINDS } from '../../shared/model/run-control.ts';
import type { ServiceHandlers } from '../../shared/rpc/contract.ts';
import type { DebugContract } from '../../shared/rpc/contracts/debug.ts';
import type { SessionManager } from '../session/session-manager.ts';
import { acrossSessions } from './across-sessions.ts';
import { setRegister } from './debug/set-register.ts';
import { threadPlaces } from './debug/thread-places.ts';
import { address, checked, endAddress, frameLevel, ofSession, oneLine, sessionId, threadId } from './validate.ts';

const MOST_FRAMES = 256;
const breakpointNumber = z.string().regex(/^\d+(\.\d+)?$/, 'must be a breakpoint number such as 2 or 2.1');
const wholeBreakpoint = z.string().regex(/^\d+$/, 'must be a breakpoint number such as 2');
const ignoreCount = z.int().min(0).max(0x7fff_ffff);
/** A word of gdb's command line: it is joined to others by spaces. */
const word = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be one word');
const watchSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('range'), range: z.object({ start: address, end: endAddress }).refine(({ start, end }) => end > start, { path: ['end'], message: 'must be above "start"' }) }),
  z.object({ kind: z.literal('expression'), expression: oneLine.min(1), threadId: threadId.optional(), frameLevel: frameLevel.optional() }),
]);
/** '' is none. */
const condition = oneLine.optional().transform((text) => (text?.trim() === '' ? undefined : text));

export function debugService(manager: SessionManager): ServiceHandlers<DebugContract> {
  return {
    calls: {
      threads: checked('debug.threads', ofSession, async (params) => {
        const session = manager.get(params.sessionId);
        const { generation } = session.state;
        return { generation, ...(await session.debugger('list its threads', 'attached').threads()) };
      }),
      frames: checked(
        'debug.frames',
        z
          .object({ sessionId, threadId, low: frameLevel, high: frameLevel })
          .refine(({ low, high }) => high >= low, { path: ['high'], message: 'must not be below "low"' })
          .refine(({ low, high }) => high - low < MOST_FRAMES, { path: ['high'], message: `at most ${MOST_FRAMES} frames a call` }),
        async (params) => {
          const session = manager.get(params.sessionId);
          const { generation } = session.state;
          return { generation, ...(await session.debugger('read its frames', 'stopped').frames(params.threadId, params.low, params.high)) };
        },
      ),
      registers: checked('debug.registers', z.object({ sessionId, threadId, frameLevel, vectors: z.boolean().optional() }), async (params) => {
        const session = manager.get(params.sessionId);
        const { generation } = session.state;
        return { generation, registers: await session.debugger('read its registers', 'stopped').registers(params.threadId, params.frameLevel, params.vectors === false ? 'plain' : undefined) };
      }),
      setRegister: checked(
        'debug.setRegister',
        z.object({ sessionId, threadId, frameLevel, name: word, value: z.union([z.bigint().min(0n).max(0xffff_ffff_ffff_ffffn), z.instanceof(Uint8Array)]), confirmed: z.boolean().optional() }),
        (params) => setRegister(manager.get(params.sessionId), params),
      ),
      threadPlaces: checked('debug.threadPlaces', ofSession, (params) => threadPlaces(manager.get(params.sessionId))),
      signals: checked('debug.signals', ofSession, (params) => manager.get(params.sessionId).debugger('read its signal table', 'attached').control.signals()),
      handleSignal: checked(
        'debug.handleSignal',
        z.object({ sessionId, name: word, stop: z.boolean().optional(), print: z.boolean().optional(), pass: z.boolean().optional() }),
        (params) => manager.get(params.sessionId).debugger('change its signals', 'attached').control.handleSignal(params.name, { stop: params.stop, print: params.print, pass: params.pass }),
      ),
      runControl: checked('debug.runControl', ofSession, (params) => manager.get(params.sessionId).debugger('read gdb’s settings', 'attached').control.runControl()),
      choose: checked(
        'debug.choose',
        z.object({
          sessionId, followFork: z.enum(['parent', 'child']).optional(), detachOnFork: z.boolean().optional(), followExec: z.enum(['same', 'new']).optional(),
          schedulerLocking: z.enum(['off', 'step', 'on', 'replay']).optional(),
        }),
        ({ sessionId: id, ...choices }) => manager.get(id).debugger('change gdb’s settings', 'attached').control.choose(choices),
      ),
      record: checked('debug.record', z.object({ sessionId, on: z.boolean() }), (params) =>
        manager.get(params.sessionId).debugger('record it', 'stopped').control.record(params.on)),
      breakpoints: checked('debug.breakpoints', ofSession, async (params) => {
        // Without gdb there are no breakpoints: that is an answer, not an error.
        const held = manager.get(params.sessionId).attachedDebugger();
        return held ? held.breakpoints() : [];
      }),
      insertBreakpoint: checked(
        'debug.insertBreakpoint',
        z.object({
          sessionId, location: oneLine.min(1), condition, temporary: z.boolean().optional(), hardware: z.boolean().optional(), ignoreCount: ignoreCount.optional(),
          threadId: threadId.optional(),
        }),
        (params) =>
          manager.get(params.sessionId).debugger('set a breakpoint', 'attached').insertBreakpoint({
            location: params.location, condition: params.condition, temporary: params.temporary ?? false, hardware: params.hardware ?? false, ignoreCount: params.ignoreCount,
            threadId: params.threadId,
          }),
      ),
      insertWatchpoint: checked(
        'debug.insertWatchpoint',
        z.object({ sessionId, subject: watchSubject, access: z.enum(['write', 'read', 'access']), condition, ignoreCount: ignoreCount.optional() }),
        ({ subject, ...params }) =>
          manager.get(params.sessionId).debugger('watch memory', 'attached').control.insertWatchpoint({
            subject: subject.kind === 'range' ? subject : { kind: 'expression', expression: subject.expression, threadId: subject.threadId, frameLevel: subject.frameLevel },
            access: params.access, condition: params.condition, ignoreCount: params.ignoreCount ?? 0,
          }),
      ),
      insertCatchpoint: checked(
        'debug.insertCatchpoint',
        z.object({ sessionId, kind: z.enum(CATCH_KINDS), what: z.array(word).max(64).optional(), temporary: z.boolean().optional() })
          .refine(({ kind, what = [] }) => what.length === 0 || kind === 'signal' || kind === 'syscall', { path: ['what'], message: 'goes with signal and syscall only' }),
        (params) =>
          manager.get(params.sessionId).debugger('catch it', 'attached').control.insertCatchpoint({ kind: params.kind, what: params.what ?? [], temporary: params.temporary ?? false }),
      ),
      editBreakpoint: checked('debug.editBreakpoint', z.object({ sessionId, number: wholeBreakpoint, condition: oneLine.optional(), ignoreCount: ignoreCount.optional() }), (params) =>
        manager.get(params.sessionId).debugger('change a breakpoint', 'attached').control.editBreakpoint(params.number, { condition: params.condition, ignoreCount: params.ignoreCount })),
      removeBreakpoint: checked('debug.removeBreakpoint', z.object({ sessionId, number: breakpointNumber }), async (params) => {
        await manager.get(params.sessionId).debugger('remove a breakpoint', 'attached').removeBreakpoint(params.number);
        return null;
      }),
      enableBreakpoint: checked('debug.enableBreakpoint', z.object({ sessionId, number: breakpointNumber, enabled: z.boolean() }), async (params) => {
        await manager.get(params.sessionId).debugger('change a breakpoint', 'attached').enableBreakpoint(params.number, params.enabled);
        return null;
      }),
    },
    events: {
      breakpointsChanged: (emit) =>
        acrossSessions(manager, (session) =>
          session.onDebuggerEvent((event) => {
            if (event.type === 'breakpoints-changed') emit({ sessionId: session.id });
          }),
        ),
      settled: (emit) =>
        acrossSessions(manager, (session) =>
          session.onDebuggerEvent((event) => {
            if (event.type === 'settled') emit({ sessionId: session.id });
          }),
        ),
      selected: (emit) =>
        acrossSessions(manager, (session) =>
          session.onDebuggerEvent((event) => {
            if (event.type === 'selected') emit({ sessionId: session.id, threadId: event.threadId, frameLevel: event.frameLevel });
          }),
        ),
    },
  };
}
