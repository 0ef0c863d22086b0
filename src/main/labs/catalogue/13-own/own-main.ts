import { VmatlasError } from '../../../../shared/model/errors.ts';
import type { Session } from '../../../session/session.ts';
import type { LabStage } from '../../run/stages.ts';

export const OWN_STAGE = 'main';
/** A crate's own main, demangled. What the linker calls `main` in a Rust program is a wrapper without source. */
const RUST_MAIN = /^\w+::main$/;
const MOST_NAMES = 1000;

/** Where the program's own main is, told from its first stop. Rejects with `no-debug-information`. */
export async function ownStages(session: Session): Promise<readonly LabStage[]> {
  const { stop } = session.state;
  if (stop?.frame?.source !== undefined) return [{ id: OWN_STAGE, function: stop.frame.function ?? 'main' }];
  const { picture } = await session.picture();
  const found = picture.modules.completeSymbol('main', MOST_NAMES).find(({ demangled, type }) => type === 'function' && RUST_MAIN.test(demangled ?? ''));
  if (found?.demangled !== undefined) return [{ id: OWN_STAGE, function: found.demangled }];
  throw new VmatlasError({
    code: 'no-debug-information', message: 'This program has no debug information.', evidence: stop?.words ?? session.state.ending ?? session.state.phase,
    remedy: 'Compile it with -g, and do not strip it.',
  });
}
