import type { LoadedModule } from '../../shared/model/loaded-module.ts';
import type { ElfImage } from '../elf/elf-image.ts';

/** A module of a process with the file behind it. */
export interface Placed {
  readonly module: LoadedModule;
  readonly image: ElfImage;
}
