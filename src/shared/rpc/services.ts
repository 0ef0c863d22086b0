import type { ServiceClient, ServiceHandlers } from './contract.ts';
import type { CodeContract } from './contracts/code.ts';
import type { DebugContract } from './contracts/debug.ts';
import type { ExplainContract } from './contracts/explain.ts';
import type { LabsContract } from './contracts/labs.ts';
import type { LocateContract } from './contracts/locate.ts';
import type { MapContract } from './contracts/map.ts';
import type { MemoryContract } from './contracts/memory.ts';
import type { PagesContract } from './contracts/pages.ts';
import type { ProcessesContract } from './contracts/processes.ts';
import type { SearchContract } from './contracts/search.ts';
import type { SessionsContract } from './contracts/sessions.ts';
import type { StackContract } from './contracts/stack.ts';
import type { SymbolsContract } from './contracts/symbols.ts';
import type { TerminalsContract } from './contracts/terminals.ts';

/** Every service by its wire name. All hosts serve the same set. */
export interface Services {
  readonly processes: ProcessesContract;
  readonly sessions: SessionsContract;
  readonly map: MapContract;
  readonly memory: MemoryContract;
  readonly pages: PagesContract;
  readonly locate: LocateContract;
  readonly debug: DebugContract;
  readonly search: SearchContract;
  readonly symbols: SymbolsContract;
  readonly code: CodeContract;
  readonly stack: StackContract;
  readonly explain: ExplainContract;
  readonly labs: LabsContract;
  readonly terminals: TerminalsContract;
}

export type ServiceName = keyof Services;
export type Clients = { readonly [S in ServiceName]: ServiceClient<Services[S]> };
export type HandlerSet = { readonly [S in ServiceName]: ServiceHandlers<Services[S]> };
