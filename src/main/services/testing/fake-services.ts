import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorFacts } from '../../../shared/model/errors.ts';
import type { ProcessSummary } from '../../../shared/model/process.ts';
import type { KindCard, RegionKind } from '../../../shared/model/region.ts';
import type { CallContext, Progress } from '../../../shared/rpc/contract.ts';
import { FakeMachine } from '../../session/testing/fake-factories.ts';
import { createServices, type ServiceSet } from '../create-services.ts';
import type { ServiceOptions, ServiceSources } from '../service-options.ts';

export class FakeSources extends FakeMachine implements ServiceSources {
  list: readonly ProcessSummary[] = [];
  findDebugger = async (): Promise<{ path: string; version: string }> => ({ path: '/usr/bin/gdb', version: '13.1' });

  async listProcesses(): Promise<readonly ProcessSummary[]> {
    return this.list;
  }

  kindCard(kind: RegionKind): KindCard {
    return { kind, title: kind, typicalPerms: '', source: '', lifetime: '', manager: '', why: '' };
  }
}

export interface FakeHost extends ServiceSet {
  readonly sources: FakeSources;
  readonly problems: ErrorFacts[];
  readonly folder: string;
}

/** Services over a made-up machine, with their files in a folder of their own. */
export function fakeHost(options: Partial<ServiceOptions> = {}): FakeHost {
  const sources = new FakeSources();
  const problems: ErrorFacts[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'vmatlas-services-'));
  const services = createServices({
    hostKind: 'web', demoProgram: undefined, productVersion: '0.0.0', recentsPath: join(folder, 'state', 'recent.json'), sources,
    report: (problem) => problems.push(problem), ...options,
  });
  return { ...services, sources, problems, folder };
}

/** A call's context, as the channel makes one. */
export function callContext(signal: AbortSignal = new AbortController().signal): CallContext & { readonly told: Progress[] } {
  const told: Progress[] = [];
  return { signal, told, progress: (progress) => void told.push(progress) };
}
