import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { rangeFrom } from '../../shared/address/range.ts';
import type { ServiceHandlers } from '../../shared/rpc/contract.ts';
import { MAX_HOPS, MAX_NAMED_BYTES, MAX_POINTEES, MAX_READ_BYTES, type MemoryContract } from '../../shared/rpc/contracts/memory.ts';
import type { SessionManager } from '../session/session-manager.ts';
import { acrossSessions } from './across-sessions.ts';
import { dumpToFile } from './dump.ts';
import { editCalls } from './memory/edit-calls.ts';
import { followChain, pointeeOf } from './memory/pointees.ts';
import { restorePatched } from './patched-bytes.ts';
import { address, checked, execText, sessionId } from './validate.ts';

/** No process maps more than its half of the space. */
const MOST_DUMP_BYTES = 1n << 57n;
const MOST_VARIABLES = 4096;
const span = z.object({ sessionId, start: address, lengthBytes: z.int().min(0).max(MAX_NAMED_BYTES) });

export function memoryService(manager: SessionManager): ServiceHandlers<MemoryContract> {
  const edits = editCalls(manager);
  return {
    calls: {
      ...edits.calls,
      variables: checked('memory.variables', span.and(z.object({ limit: z.int().min(1).max(MOST_VARIABLES) })), async (params) => {
        const { picture } = await manager.get(params.sessionId).picture();
        return picture.modules.variablesIn(rangeFrom(params.start, params.lengthBytes), params.limit);
      }),
      onDisk: checked('memory.onDisk', span, async (params) => {
        const { picture } = await manager.get(params.sessionId).picture();
        return picture.modules.onDisk(rangeFrom(params.start, params.lengthBytes));
      }),
      pointees: checked('memory.pointees', z.object({ sessionId, values: z.array(address).max(MAX_POINTEES) }), async (params) => {
        const session = manager.get(params.sessionId);
        const { picture, generation } = await session.picture();
        return { generation, pointees: await session.withTarget((target) => Promise.all(params.values.map((value) => pointeeOf({ picture, target }, value)))) };
      }),
      chain: checked('memory.chain', z.object({ sessionId, address, hops: z.int().min(1).max(MAX_HOPS) }), async (params) => {
        const session = manager.get(params.sessionId);
        const { picture, generation } = await session.picture();
        return { generation, ...(await session.withTarget((target) => followChain({ picture, target }, params.address, params.hops))) };
      }),
      read: checked(
        'memory.read',
        z.object({ sessionId, start: address, lengthBytes: z.int().min(0).max(MAX_READ_BYTES), touchNotPresent: z.boolean() }),
        async (params, { signal }) => {
          const session = manager.get(params.sessionId);
          // Taken before the read: bytes that a stop overtook carry the older number and are asked for again.
          const { generation } = session.state;
          const range = rangeFrom(params.start, params.lengthBytes);
          const ranges = await session.withTarget((target) => target.readMemory(range, { touchNotPresent: params.touchNotPresent, signal }));
          return { generation, ...restorePatched(ranges, session.attachedDebugger()?.patchedBytes() ?? []) };
        },
      ),
      dump: checked(
        'memory.dump',
        z.object({
          sessionId,
          start: address,
          lengthBytes: z.bigint().min(1n).max(MOST_DUMP_BYTES),
          path: execText.refine(isAbsolute, 'must be an absolute path'),
          fill: z.int().min(0).max(255).optional(),
        }),
        async (params, context) => {
          const session = manager.get(params.sessionId);
          const patched = session.attachedDebugger()?.patchedBytes() ?? [];
          const range = rangeFrom(params.start, params.lengthBytes);
          return session.withTarget((target) => dumpToFile({ target, range, path: params.path, fill: params.fill, patched, context }));
        },
      ),
    },
    events: {
      edited: edits.edited,
      written: (emit) => acrossSessions(manager, (session) => session.onWritten((written) => emit({ sessionId: session.id, ...written }))),
    },
  };
}
