import { VmatlasError } from '../../../shared/model/errors.ts';
import type { ServiceHandlers } from '../../../shared/rpc/contract.ts';
import type { PagesContract } from '../../../shared/rpc/contracts/pages.ts';
import type { SessionManager } from '../../session/session-manager.ts';

export function pagesService(_manager: SessionManager): ServiceHandlers<PagesContract> {
  const notYet = (): never => {
    throw new VmatlasError({ code: 'unsupported', message: 'Page states are not connected yet.' });
  };
  return {
    calls: {
      states: notYet, cells: notYet, overview: notYet, statistics: notYet, find: notYet, card: notYet, access: notYet, sharers: notYet, writableExecutable: notYet,
      hardening: notYet, usage: notYet, cost: notYet, previewProtect: notYet, protect: notYet,
    },
    events: { writableExecutableFound: () => () => undefined },
  };
}
