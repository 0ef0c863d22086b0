import { kindCard } from '../../shared/analysis/kind-cards.ts';
import { listProcesses } from '../procfs/process-list.ts';
import { findDebugger, liveFactories } from '../session/live-factories.ts';
import type { ServiceSources } from './service-options.ts';

/** This machine: /proc, ELF files, gdb. */
export function liveSources(): ServiceSources {
  return { ...liveFactories(), listProcesses: async () => listProcesses(), findDebugger, kindCard };
}
