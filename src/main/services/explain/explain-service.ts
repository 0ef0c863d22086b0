import { VmatlasError } from '../../../shared/model/errors.ts';
import { FAULT_SIGNALS, type ExplainAnswer } from '../../../shared/model/explanation.ts';
import type { ServiceHandlers } from '../../../shared/rpc/contract.ts';
import type { ExplainContract } from '../../../shared/rpc/contracts/explain.ts';
import type { Session } from '../../session/session.ts';
import type { SessionManager } from '../../session/session-manager.ts';
import { checked, ofSession } from '../validate.ts';

export function explainService(manager: SessionManager): ServiceHandlers<ExplainContract> {
  return {
    calls: {
      explain: checked('explain.explain', ofSession, async (params) => {
        const session = manager.get(params.sessionId);
        const { stopCount } = session.state;
        const { generation } = await session.picture();
        return { generation, stopCount, answer: explain(session) };
      }),
    },
    events: {},
  };
}

function explain({ state }: Session): ExplainAnswer {
  const none = (reason: string): ExplainAnswer => ({ kind: 'none', reason });
  if (state.phase !== 'stopped' || state.stop === undefined) return none(`The process is not stopped under gdb (${state.ending ?? state.phase}).`);
  const { signal, words } = state.stop;
  if (state.stop.reason !== 'signal' || signal === undefined) return none(`${words}: no fault.`);
  if (!(FAULT_SIGNALS as readonly string[]).includes(signal.name)) return none(`${words} (${signal.meaning}), which is not a fault of the program.`);
  throw new VmatlasError({ code: 'unsupported', message: 'This fault cannot be explained yet.' });
}
