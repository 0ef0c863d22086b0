import type { Clients } from '../../shared/rpc/services.ts';
import { frames } from '../canvas/frame-scheduler.ts';
import type { AppState } from '../state/app-state.ts';
import { CommandRegistry } from '../state/command-registry.ts';
import { createCursorStore } from '../state/cursor-store.ts';
import { createFaultControl } from '../state/fault-control.ts';
import { createIdleDetector } from '../state/idle-detector.ts';
import { createLabsControl } from '../state/labs-control.ts';
import { createMemoryCache } from '../state/memory-cache-live.ts';
import { Notices } from '../state/notices.ts';
import { createSearchControl } from '../state/search-control.ts';
import { createSessionController } from '../state/session-controller-live.ts';
import { createSessionStore } from '../state/session-store.ts';
import type { SettingsStore } from '../state/settings-store.ts';
import { trackClients } from '../state/tracked-clients.ts';

/** Wires the stores of one connection together. Settings outlive it. */
export function createApp(connected: Clients, settings: SettingsStore): AppState {
  const idle = createIdleDetector(() => frames.whenIdle());
  const clients = trackClients(connected, idle);
  const session = createSessionStore();
  const cursor = createCursorStore();
  const notices = new Notices(session);
  const memory = createMemoryCache(clients.memory, (error) => notices.failedQuestion(error));
  const controller = createSessionController({ clients, session, cursor, memory, idle, notices, isShown: () => document.visibilityState === 'visible' });
  const search = createSearchControl({ clients, session });
  const fault = createFaultControl({ clients, session });
  const labs = createLabsControl({ clients, session, cursor, controller });
  session.setState({ connection: 'open' });
  return { clients, session, cursor, memory, settings, commands: new CommandRegistry(), controller, search, fault, labs };
}
