import type { LabDefinition } from '../lab-definition.ts';
import { regionsLab } from './01-regions/lab.ts';
import { textLab } from './02-text/lab.ts';
import { dataLab } from './03-data/lab.ts';
import { bssLab } from './04-bss/lab.ts';
import { rodataLab } from './05-rodata/lab.ts';
import { heapLab } from './06-heap/lab.ts';
import { stackLab } from './07-stack/lab.ts';
import { mappedLab } from './08-mapped/lab.ts';
import { kernelHalfLab } from './09-kernel-half/lab.ts';
import { rustAndCLab } from './10-rust-and-c/lab.ts';
import { aslrLab } from './11-aslr/lab.ts';
import { copyOnWriteLab } from './12-copy-on-write/lab.ts';

/** All labs, in the order of learning. */
export const CATALOGUE: readonly LabDefinition[] = [regionsLab, textLab, dataLab, bssLab, rodataLab, heapLab, stackLab, mappedLab, kernelHalfLab, rustAndCLab, aslrLab, copyOnWriteLab];
