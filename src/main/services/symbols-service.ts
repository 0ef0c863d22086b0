import { z } from 'zod';
import { formatAddress } from '../../shared/address/address.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { ServiceHandlers } from '../../shared/rpc/contract.ts';
import { MAX_SYMBOL_ROWS, type SymbolsContract } from '../../shared/rpc/contracts/symbols.ts';
import type { SessionManager } from '../session/session-manager.ts';
import { address, checked, ofSession, sessionId } from './validate.ts';

const ofModule = z.object({ sessionId, module: address });

/** Sections and symbols of whole modules. */
export function symbolsService(manager: SessionManager): ServiceHandlers<SymbolsContract> {
  return {
    calls: {
      modules: checked('symbols.modules', ofSession, async (params) => {
        const { picture, generation } = await manager.get(params.sessionId).picture();
        return { generation, modules: picture.modules.listing.modules() };
      }),
      sections: checked('symbols.sections', ofModule, async (params) => {
        const { picture, generation } = await manager.get(params.sessionId).picture();
        return { generation, sections: picture.modules.listing.sections(params.module) ?? noModule(params.module) };
      }),
      list: checked(
        'symbols.list', ofModule.extend({ first: z.int().min(0).max(0x7fff_ffff), count: z.int().min(0).max(MAX_SYMBOL_ROWS) }),
        async (params) => {
          const { picture, generation } = await manager.get(params.sessionId).picture();
          return { generation, ...(picture.modules.listing.symbols(params.module, params.first, params.count) ?? noModule(params.module)) };
        },
      ),
    },
    events: {},
  };
}

function noModule(base: Parameters<typeof formatAddress>[0]): never {
  throw new VmatlasError({ code: 'unknown-location', message: `No module begins at ${formatAddress(base)}.`, remedy: 'Ask for the list of modules anew: it may have been unloaded.' });
}
