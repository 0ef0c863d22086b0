import type { LabProbe } from './lab-probe.ts';
import { ProcessLook } from './process-look.ts';

/** The child whose number a program printed as `child: N`. It is looked at only: gdb has let it go at the fork. */
export async function childOf(probe: LabProbe): Promise<ProcessLook> {
  const { text } = await probe.printed('child');
  return new ProcessLook(Number(text));
}
