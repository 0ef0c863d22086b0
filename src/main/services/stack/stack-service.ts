import { VmatlasError } from '../../../shared/model/errors.ts';
import type { ServiceHandlers } from '../../../shared/rpc/contract.ts';
import type { StackContract } from '../../../shared/rpc/contracts/stack.ts';
import type { SessionManager } from '../../session/session-manager.ts';

export function stackService(_manager: SessionManager): ServiceHandlers<StackContract> {
  const notYet = (): never => {
    throw new VmatlasError({ code: 'unsupported', message: 'Stacks are not connected yet.' });
  };
  return { calls: { threads: notYet, outline: notYet, frames: notYet, children: notYet, initial: notYet, raw: notYet }, events: {} };
}
