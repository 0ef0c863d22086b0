import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorFacts } from '../../../shared/model/errors.ts';
import type { HostEnvironment } from '../../../shared/rpc/contracts/processes.ts';
import { createServices, type ServiceSet } from '../../services/create-services.ts';
import { liveSources } from '../../services/live-sources.ts';
import { demoProgram, ensureDemo } from './demo.ts';
import { cacheFolder, productRoot, productVersion } from './product.ts';

export interface LiveServicesOptions {
  readonly hostKind: HostEnvironment['host'];
  /** The demo is about to be launched: compile it if it is missing, and reject with `executable-missing` if that fails. */
  readonly needDemo: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** False: what is opened is not added to the recent targets. */
  readonly remember?: boolean;
  /** Hears of problems that no call asked about. */
  readonly report: (problem: ErrorFacts) => void;
}

/** The real services, over /proc and gdb, as every host creates them: once. */
export async function createLiveServices({ hostKind, needDemo, env, remember = true, report }: LiveServicesOptions): Promise<ServiceSet> {
  const program = needDemo ? await ensureDemo(env) : demoProgram(env);
  return createServices({
    hostKind, demoProgram: existsSync(program) ? program : undefined, productVersion: productVersion(), remember, sources: liveSources(), report,
    labs: { resources: env['VMATLAS_LABS_DIR'] || join(productRoot(), 'resources/labs'), cache: join(cacheFolder(env), 'labs') },
  });
}
