import { dirname, join } from 'node:path';
import type { HandlerSet } from '../../shared/rpc/services.ts';
import { LabProgressFile } from '../labs/lab-progress.ts';
import { Labs } from '../labs/labs.ts';
import { WorkerPool } from '../search/worker-pool.ts';
import { SessionManager } from '../session/session-manager.ts';
import { codeService } from './code/code-service.ts';
import { debugService } from './debug-service.ts';
import { explainService, explainSession } from './explain/explain-service.ts';
import { labsService } from './labs/labs-service.ts';
import { Listeners } from './listeners.ts';
import { liveSources } from './live-sources.ts';
import { locateService } from './locate-service.ts';
import { mapService } from './map-service.ts';
import { memoryService } from './memory-service.ts';
import { pagesService } from './pages/pages-service.ts';
import { processesService } from './processes-service.ts';
import { defaultRecentsPath, Recents } from './recents.ts';
import { searchService } from './search/search-service.ts';
import type { ServiceOptions } from './service-options.ts';
import { sessionsService } from './sessions-service.ts';
import { stackService } from './stack/stack-service.ts';
import { symbolsService } from './symbols-service.ts';
import { terminalsService } from './terminals-service.ts';

export interface ServiceSet {
  readonly handlers: HandlerSet;
  /** Closes every session: attached processes run on, launched ones are ended. Waits within limits, never rejects, may be called again. */
  dispose(): Promise<void>;
}

/** All services of one host over one set of sessions. Every host calls this once. */
export function createServices(options: ServiceOptions): ServiceSet {
  const sources = options.sources ?? liveSources();
  const manager = new SessionManager(sources);
  const remember = options.remember ?? true;
  const recentsPath = options.recentsPath ?? defaultRecentsPath();
  const recents = new Recents(recentsPath, options.report, remember);
  const labProgress = new LabProgressFile(join(dirname(recentsPath), 'labs.json'), options.report, remember);
  const listeners = new Listeners((listened) => manager.setListened(listened));
  const searchers = new WorkerPool();
  let disposed: Promise<void> | undefined;
  return {
    handlers: {
      processes: processesService({ options, sources, recents }),
      sessions: sessionsService({ manager, recents, listeners, demoProgram: options.demoProgram }),
      map: mapService({ manager, listeners, kindCard: (kind) => sources.kindCard(kind) }),
      memory: memoryService(manager),
      pages: pagesService(manager),
      locate: locateService(manager),
      debug: debugService(manager),
      search: searchService(manager, searchers),
      symbols: symbolsService(manager),
      code: codeService(manager),
      stack: stackService(manager),
      explain: explainService(manager),
      labs: labsService({ labs: new Labs({ manager, places: options.labs, explain: explainSession }), progress: labProgress, sources }),
      terminals: terminalsService(manager),
    },
    dispose: () => (disposed ??= Promise.all([manager.dispose(), searchers.dispose()]).then(() => undefined)),
  };
}
