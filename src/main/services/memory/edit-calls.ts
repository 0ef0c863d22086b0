import { z } from 'zod';
import type { EditList, MemoryEdit } from '../../../shared/model/memory-edit.ts';
import type { ServiceHandlers } from '../../../shared/rpc/contract.ts';
import { MAX_WRITE_BYTES, type MemoryContract } from '../../../shared/rpc/contracts/memory.ts';
import type { Session } from '../../session/session.ts';
import type { SessionManager } from '../../session/session-manager.ts';
import { address, checked, ofSession, oneLine, sessionId } from '../validate.ts';
import { EditJournal, planWrite, type WriteScene } from './edit-journal.ts';

type Edited = MemoryContract['events']['edited'];
type Handlers = ServiceHandlers<MemoryContract>;

const EMPTY: EditList = { done: [], undone: [], words: '' };

/** The calls that change memory, and the event that tells of it. One journal per session, begun anew when the process becomes another program. */
export function editCalls(manager: SessionManager): {
  readonly calls: Pick<Handlers['calls'], 'planWrite' | 'write' | 'undo' | 'redo' | 'undoAll' | 'edits'>;
  readonly edited: Handlers['events']['edited'];
} {
  const journals = new WeakMap<Session, EditJournal>();
  const listeners = new Set<(edited: Edited) => void>();

  /** One edit after the other: the old bytes of a second must not be read while the first is being written. */
  const queues = new WeakMap<Session, Promise<unknown>>();
  const inTurn = <T>(session: Session, work: () => Promise<T>): Promise<T> => {
    const turn = (queues.get(session) ?? Promise.resolve()).then(work, work);
    queues.set(session, turn.catch(() => undefined));
    return turn;
  };

  const withJournal = (session: Session, work: (journal: EditJournal, scene: WriteScene) => Promise<{ readonly list: EditList; readonly touched: readonly MemoryEdit[] }>): Promise<EditList> =>
    inTurn(session, async () => {
      const { picture } = await session.picture();
      const { list, touched } = await session.withTarget((target) => {
        let journal = journals.get(session);
        if (journal?.target !== target) {
          journal = new EditJournal(target);
          journals.set(session, journal);
        }
        return work(journal, { target, regions: picture.regions, patched: session.attachedDebugger()?.patchedBytes() ?? [] });
      });
      for (const { start, lengthBytes } of touched) session.noteWritten(start, BigInt(lengthBytes));
      tellDebugger(session);
      for (const listener of listeners) listener({ sessionId: session.id, edits: list });
      return list;
    });

  return {
    calls: {
      planWrite: checked('memory.planWrite', z.object({ sessionId, start: address, lengthBytes: z.int().min(1).max(MAX_WRITE_BYTES) }), async (params) => {
        const { picture } = await manager.get(params.sessionId).picture();
        const { verdict, words, remedy } = planWrite(picture.regions, params.start, params.lengthBytes);
        return { verdict, words, remedy };
      }),
      write: checked(
        'memory.write',
        z.object({ sessionId, start: address, bytes: z.instanceof(Uint8Array).refine(({ length }) => length > 0 && length <= MAX_WRITE_BYTES, 'must be 1 byte to 16 MiB'), privateCopy: z.boolean(), label: oneLine }),
        (params) =>
          withJournal(manager.get(params.sessionId), async (journal, scene) => {
            const list = await journal.write(scene, params);
            const newest = list.done.at(-1);
            return { list, touched: newest === undefined ? [] : [newest] };
          }),
      ),
      undo: checked('memory.undo', ofSession, (params) => withJournal(manager.get(params.sessionId), (journal, scene) => journal.undo(scene))),
      redo: checked('memory.redo', ofSession, (params) => withJournal(manager.get(params.sessionId), (journal, scene) => journal.redo(scene))),
      undoAll: checked('memory.undoAll', ofSession, (params) => withJournal(manager.get(params.sessionId), (journal, scene) => journal.undoAll(scene))),
      edits: checked('memory.edits', ofSession, (params) => journals.get(manager.get(params.sessionId))?.list() ?? EMPTY),
    },
    edited: (emit) => {
      listeners.add(emit);
      return () => listeners.delete(emit);
    },
  };
}

/** Not waited for: gdb answers in order, so whoever asks it next hears of the new bytes. A gdb that is busy or has gone keeps nothing that outlives it. */
function tellDebugger(session: Session): void {
  session.attachedDebugger()?.control.noteMemoryWritten().catch(() => undefined);
}
