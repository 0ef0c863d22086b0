import { z } from 'zod';
import { rangeFrom } from '../../../shared/address/range.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { ServiceHandlers } from '../../../shared/rpc/contract.ts';
import { MOST_CHILDREN, MOST_STACK_FRAMES, type SlotChild, type StackContract } from '../../../shared/rpc/contracts/stack.ts';
import type { SessionManager } from '../../session/session-manager.ts';
import type { VariableChild } from '../../target/debugger.ts';
import { address, checked, frameLevel, ofSession, oneLine, sessionId, threadId } from '../validate.ts';
import { SessionStacks } from './session-stacks.ts';
import { readInitialStack, readRawWords, readThreadStacks } from './stack-questions.ts';

const MOST_RAW_WORDS = 4096;

export function stackService(manager: SessionManager): ServiceHandlers<StackContract> {
  const known = new Map<string, SessionStacks>();
  manager.onClosed((id) => {
    known.get(id)?.close();
    known.delete(id);
  });
  const stacksOf = (id: string): SessionStacks => {
    const session = manager.get(id);
    const stacks = known.get(id) ?? new SessionStacks(session);
    known.set(id, stacks);
    return stacks;
  };
  return {
    calls: {
      threads: checked('stack.threads', ofSession, async (params) => {
        const session = manager.get(params.sessionId);
        const { generation } = session.state;
        return { generation, stacks: await readThreadStacks(session, await stacksOf(params.sessionId).ground()) };
      }),
      outline: checked('stack.outline', z.object({ sessionId, threadId }), async (params) => {
        const { generation } = manager.get(params.sessionId).state;
        return { generation, ...(await (await stacksOf(params.sessionId).thread(params.threadId)).outline()) };
      }),
      frames: checked(
        'stack.frames',
        z
          .object({ sessionId, threadId, low: frameLevel, high: frameLevel })
          .refine(({ low, high }) => high >= low, { path: ['high'], message: 'must not be below "low"' })
          .refine(({ low, high }) => high - low < MOST_STACK_FRAMES, { path: ['high'], message: `at most ${MOST_STACK_FRAMES} frames a call` }),
        async (params) => {
          const session = manager.get(params.sessionId);
          const { generation, stopCount } = session.state;
          const stacks = stacksOf(params.sessionId);
          const answer = await (await stacks.thread(params.threadId)).frames(params.low, params.high);
          return { generation, stopCount, more: answer.more, frames: stacks.history(params.threadId).compare(stopCount, answer.frames) };
        },
      ),
      children: checked(
        'stack.children',
        z.object({ sessionId, threadId, frameLevel, expression: oneLine.min(1), from: z.int().min(0), count: z.int().min(1).max(MOST_CHILDREN) }),
        async (params) => {
          const session = manager.get(params.sessionId);
          const { generation } = session.state;
          const held = session.debugger('read its variables', 'stopped');
          const ground = await stacksOf(params.sessionId).ground();
          const found = await held.variableChildren(params.expression, { threadId: params.threadId, frameLevel: params.frameLevel }, params.from, params.count);
          return { generation, total: found.total, children: found.children.map((child) => slotChild(child, (place) => ground.isMapped(place))) };
        },
      ),
      initial: checked('stack.initial', ofSession, async (params) => {
        const session = manager.get(params.sessionId);
        const { generation } = session.state;
        return { generation, ...readInitialStack(await stacksOf(params.sessionId).ground()) };
      }),
      raw: checked('stack.raw', z.object({ sessionId, tid: threadId, start: address.optional(), words: z.int().min(1).max(MOST_RAW_WORDS) }), async (params) => {
        const session = manager.get(params.sessionId);
        const { generation } = session.state;
        return { generation, ...(await readRawWords(await stacksOf(params.sessionId).ground(), params.tid, params.start, params.words)) };
      }),
      held: checked('stack.held', ofSession, (params) => {
        const { heldMs } = manager.get(params.sessionId);
        if (heldMs === undefined) throw new VmatlasError({ code: 'not-attached', message: 'gdb has not been attached to this process.' });
        return { heldMs };
      }),
    },
    events: {},
  };
}

function slotChild(child: VariableChild, isMapped: (place: bigint) => boolean): SlotChild {
  const range = child.address === undefined || child.sizeBytes === undefined ? undefined : rangeFrom(child.address, child.sizeBytes);
  const pointer = /[*&]/.test(child.type ?? '') ? /^(?:\([^()]*\) )?0x([0-9a-f]{1,16})\b/.exec(child.value ?? '')?.[1] : undefined;
  const target = pointer === undefined ? undefined : BigInt(`0x${pointer}`);
  return {
    name: child.name, type: child.type, value: child.value, start: range?.start, end: range?.end, opensWith: child.opensWith,
    pointsTo: target !== undefined && isMapped(target) ? address.parse(target) : undefined,
  };
}
