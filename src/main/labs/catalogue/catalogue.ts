import type { LabDefinition } from '../lab-definition.ts';
import { regionsLab } from './01-regions/lab.ts';

/** All labs, in the order of learning. */
export const CATALOGUE: readonly LabDefinition[] = [regionsLab];
