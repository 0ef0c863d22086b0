import type { Clients } from '../../shared/rpc/services.ts';
import type { CommandRegistry } from './command-registry.ts';
import type { CursorStore } from './cursor-store.ts';
import type { FaultControl } from './fault-control.ts';
import type { LabsControl } from './labs-control.ts';
import type { MemoryCache } from './memory-cache.ts';
import type { SearchControl } from './search-control.ts';
import type { SessionController } from './session-controller.ts';
import type { SessionStore } from './session-store.ts';
import type { SettingsStore } from './settings-store.ts';

/** Everything a view may reach, made once by the composition root and handed down by React context (widgets/app-context.tsx: `useApp()`). */
export interface AppState {
  readonly clients: Clients;
  readonly session: SessionStore;
  readonly cursor: CursorStore;
  readonly memory: MemoryCache;
  readonly settings: SettingsStore;
  readonly commands: CommandRegistry;
  readonly controller: SessionController;
  readonly search: SearchControl;
  readonly fault: FaultControl;
  readonly labs: LabsControl;
}
