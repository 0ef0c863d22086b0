import { z } from 'zod';
import { errorFacts } from '../../../shared/model/errors.ts';
import { LAB_LANGUAGES, type LabCheckResult, type LabProgress } from '../../../shared/model/lab.ts';
import type { ServiceHandlers } from '../../../shared/rpc/contract.ts';
import type { LabsContract } from '../../../shared/rpc/contracts/labs.ts';
import { findCompiler } from '../../labs/build/toolchain.ts';
import type { LabProgressFile } from '../../labs/lab-progress.ts';
import type { Labs } from '../../labs/labs.ts';
import { Emitter } from '../../session/emitter.ts';
import { resolveLaunch } from '../sessions-service.ts';
import type { ServiceSources } from '../service-options.ts';
import { checked, execText, nothing, oneLine, sessionId } from '../validate.ts';

const name = z.string().min(1).max(64);
const id = z.string().min(1).max(64);
const place = z.union([z.object({ printed: oneLine.min(1) }), z.object({ expression: oneLine.min(1) })]);

export interface LabsDependencies {
  readonly labs: Labs;
  readonly progress: LabProgressFile;
  readonly sources: Pick<ServiceSources, 'findDebugger'>;
}

export function labsService({ labs, progress, sources }: LabsDependencies): ServiceHandlers<LabsContract> {
  const checkedNow = new Emitter<{ sessionId: string; result: LabCheckResult }>();
  const progressed = new Emitter<LabProgress>();
  return {
    calls: {
      list: checked('labs.list', nothing, () => labs.list()),
      get: checked('labs.get', z.object({ name }), (params) => labs.get(params.name)),
      toolchain: checked('labs.toolchain', nothing, async () => {
        const gdb = sources.findDebugger().then(() => undefined, (error: unknown) => errorFacts(error));
        const [c, rust, gdbProblem] = await Promise.all([findCompiler('c'), findCompiler('rust'), gdb]);
        return { c, rust, gdbProblem };
      }),
      start: checked('labs.start', z.object({ name, language: z.enum(LAB_LANGUAGES) }), (params, context) => labs.start(params.name, params.language, context)),
      startOwn: checked('labs.startOwn', z.object({ program: execText.min(1), args: z.array(execText).max(10_000), cwd: execText }), async (params, context) => {
        const { program, args, cwd } = await resolveLaunch({ ...params, env: {}, stopAt: 'main' });
        return labs.startOwn({ program, args, cwd }, context);
      }),
      runs: checked('labs.runs', nothing, () => labs.runs()),
      verify: checked('labs.verify', z.object({ sessionId, only: z.array(id).max(100).optional(), putBack: z.boolean().optional() }), async (params, context) => {
        const report = await labs.verify(params, context, (result) => checkedNow.emit({ sessionId: params.sessionId, result }));
        progressed.emit(await progress.verified(report, Date.now()));
        return report;
      }),
      resolve: checked('labs.resolve', z.object({ sessionId, place }), async (params, { signal }) => {
        const { address, evidence } = await labs.probe(params.sessionId, signal).resolve(params.place);
        return { address, words: `${evidence.from}: ${evidence.text}` };
      }),
      progress: checked('labs.progress', nothing, () => progress.list()),
      predict: checked('labs.predict', z.object({ name, prediction: id, option: z.int().min(0).max(100) }), async (params) => {
        labs.checkPrediction(params.name, params.prediction, params.option);
        const next = await progress.predict(params.name, params.prediction, params.option);
        progressed.emit(next);
        return next;
      }),
      forget: checked('labs.forget', z.object({ name }), async (params) => {
        await progress.forget(params.name);
        progressed.emit({ lab: params.name, predictions: {}, held: {}, lastVerifiedMs: undefined });
        return null;
      }),
    },
    events: {
      checked: checkedNow.on,
      progressChanged: progressed.on,
    },
  };
}
