import type { Evidence } from '../../model/evidence.ts';
import type { AslrFacts } from '../../model/hardening.ts';

/** personality(2), include/uapi/linux/personality.h. */
const ADDR_NO_RANDOMIZE = 0x004_0000;

/** Is the address space laid out at random? Pure. `randomizeVaSpace` is the machine's setting now, which may differ from the one at the program's start. */
export function judgeAslr(randomizeVaSpace: number | undefined, personality: number | undefined): AslrFacts {
  const evidence: Evidence[] = [];
  if (randomizeVaSpace !== undefined) evidence.push({ source: 'rule', text: `kernel.randomize_va_space = ${randomizeVaSpace}` });
  if (personality !== undefined) evidence.push({ source: 'status', text: `personality ${personality.toString(16).padStart(8, '0')}` });
  const disabledForProcess = personality !== undefined && (personality & ADDR_NO_RANDOMIZE) !== 0;
  const facts = { randomizeVaSpace, personality, disabledForProcess, evidence };
  if (disabledForProcess) return { ...facts, verdict: 'no', words: 'off for this process (ADDR_NO_RANDOMIZE): a debugger or setarch -R started it' };
  if (randomizeVaSpace === undefined) return { ...facts, verdict: 'unknown', words: 'the machine’s setting could not be read' };
  if (randomizeVaSpace === 0) return { ...facts, verdict: 'no', words: 'off on this machine' };
  if (randomizeVaSpace === 1) return { ...facts, verdict: 'partial', words: 'stack, libraries and vdso are placed at random, the program break is not' };
  return { ...facts, verdict: 'yes', words: 'stack, libraries, vdso and program break are placed at random' };
}
