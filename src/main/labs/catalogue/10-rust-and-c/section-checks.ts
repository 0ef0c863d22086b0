import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';

/** What Rust and C printed lies in one section of the program, mapped with these permissions. */
export function sameSection(name: string, perms: string, ...printed: readonly string[]): (probe: LabProbe, check: CheckRecorder) => Promise<void> {
  return async (probe: LabProbe, check: CheckRecorder): Promise<void> => {
    const section = await probe.section(name);
    for (const which of printed) {
      const { address, evidence } = await probe.printedAddress(which);
      const found = await probe.sectionAt(address);
      check.expect(found?.name === name, `${which} is in ${name}.`, { evidence }, found ?? section);
      const row = probe.mappingAt(address);
      if (row === undefined) check.cannot(`${which} is not mapped.`);
      check.expect(row.perms === perms, `Its mapping is ${perms}.`, row);
    }
    check.note('One section header covers both.', section);
  };
}
