import type { ErrorFacts } from '../../shared/model/errors.ts';
import type { ProcessSummary } from '../../shared/model/process.ts';
import type { KindCard, RegionKind } from '../../shared/model/region.ts';
import type { HostEnvironment } from '../../shared/rpc/contracts/processes.ts';
import type { SessionFactories } from '../session/factories.ts';

/** Where the services get what they serve. The real ones are in live-sources.ts. */
export interface ServiceSources extends SessionFactories {
  listProcesses(): Promise<readonly ProcessSummary[]>;
  /** Rejects with `gdb-missing` or `gdb-too-old`. */
  findDebugger(): Promise<{ readonly path: string; readonly version: string }>;
  kindCard(kind: RegionKind): KindCard;
}

export interface ServiceOptions {
  readonly hostKind: HostEnvironment['host'];
  /** Path of the compiled demo, undefined when it is not there. */
  readonly demoProgram: string | undefined;
  readonly productVersion: string;
  /** Where recent targets are kept; by default `vmatlas/recent.json` in XDG_STATE_HOME (XDG Base Directory Specification). */
  readonly recentsPath?: string;
  /** Where the programs of the labs are, and where they are compiled to; without, there are none to start. */
  readonly labs?: { readonly resources: string; readonly cache: string };
  /** False: what is opened is not added to the recent targets, and nothing is written; progress in labs neither. For commands that look and end. */
  readonly remember?: boolean;
  /** This machine, unless a test makes one up. */
  readonly sources?: ServiceSources;
  /** Hears of problems that no call asked about, such as a damaged file of recent targets. */
  readonly report: (problem: ErrorFacts) => void;
}
