import { z } from 'zod';
import type { ServiceHandlers } from '../../shared/rpc/contract.ts';
import type { DebugContract } from '../../shared/rpc/contracts/debug.ts';
import type { SessionManager } from '../session/session-manager.ts';
import { acrossSessions } from './across-sessions.ts';
import { checked, frameLevel, ofSession, oneLine, sessionId, threadId } from './validate.ts';

const MOST_FRAMES = 256;
const breakpointNumber = z.string().regex(/^\d+(\.\d+)?$/, 'must be a breakpoint number such as 2 or 2.1');

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
      registers: checked('debug.registers', z.object({ sessionId, threadId, frameLevel }), async (params) => {
        const session = manager.get(params.sessionId);
        const { generation } = session.state;
        return { generation, registers: await session.debugger('read its registers', 'stopped').registers(params.threadId, params.frameLevel) };
      }),
      breakpoints: checked('debug.breakpoints', ofSession, async (params) => {
        // Without gdb there are no breakpoints: that is an answer, not an error.
        const held = manager.get(params.sessionId).attachedDebugger();
        return held ? held.breakpoints() : [];
      }),
      insertBreakpoint: checked(
        'debug.insertBreakpoint',
        z.object({ sessionId, location: oneLine.min(1), condition: oneLine.optional(), temporary: z.boolean().optional(), hardware: z.boolean().optional() }),
        (params) =>
          manager.get(params.sessionId).debugger('set a breakpoint', 'attached').insertBreakpoint({
            location: params.location, condition: params.condition === '' ? undefined : params.condition, temporary: params.temporary ?? false, hardware: params.hardware ?? false,
          }),
      ),
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
      selected: (emit) =>
        acrossSessions(manager, (session) =>
          session.onDebuggerEvent((event) => {
            if (event.type === 'selected') emit({ sessionId: session.id, threadId: event.threadId, frameLevel: event.frameLevel });
          }),
        ),
    },
  };
}
