import { readProcText } from '../../../procfs/read-proc.ts';
import type { TextFact } from '../../probe/facts.ts';

/** sys/personality.h */
const ADDR_NO_RANDOMIZE = 0x004_0000;
const SETTING = '/proc/sys/kernel/randomize_va_space';

/** Throws the system's error where the process is gone, or somebody else's. */
export function readPersona(pid: number): TextFact & { readonly randomised: boolean } {
  const path = `/proc/${pid}/personality`;
  const text = readProcText(path).trim();
  return { text, randomised: (Number.parseInt(text, 16) & ADDR_NO_RANDOMIZE) === 0, evidence: { from: path, text } };
}

/** 0 off, 1 all but the heap, 2 all (Documentation/admin-guide/sysctl/kernel.rst). */
export function readSetting(): TextFact & { readonly value: number } {
  const text = readProcText(SETTING).trim();
  return { text, value: Number(text), evidence: { from: SETTING, text } };
}
