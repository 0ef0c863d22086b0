import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { rangeFrom } from '../../shared/address/range.ts';
import type { ServiceHandlers } from '../../shared/rpc/contract.ts';
import { MAX_READ_BYTES, type MemoryContract } from '../../shared/rpc/contracts/memory.ts';
import type { SessionManager } from '../session/session-manager.ts';
import { acrossSessions } from './across-sessions.ts';
import { dumpToFile } from './dump.ts';
import { restorePatched } from './patched-bytes.ts';
import { address, checked, execText, sessionId } from './validate.ts';

/** No process maps more than its half of the space. */
const MOST_DUMP_BYTES = 1n << 57n;

export function memoryService(manager: SessionManager): ServiceHandlers<MemoryContract> {
  return {
    calls: {
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
      written: (emit) => acrossSessions(manager, (session) => session.onWritten((written) => emit({ sessionId: session.id, ...written }))),
    },
  };
}
