import type { Address } from '../../address/address.ts';
import type { ModuleFacts, ModuleSection, SymbolColumns } from '../../model/module-tables.ts';

export const MAX_SYMBOL_ROWS = 16_384;

/** What the ELF files of a process say, as whole tables. Modules are named by their lowest address. */
export interface SymbolsContract {
  readonly calls: {
    /** The program first, then the order of the map. */
    modules(params: { readonly sessionId: string }): { readonly generation: number; readonly modules: readonly ModuleFacts[] };
    /** All sections of a module, in file order. Rejects with `unknown-location` when none begins there. */
    sections(params: { readonly sessionId: string; readonly module: Address }): { readonly generation: number; readonly sections: readonly ModuleSection[] };
    /** Rows [first, first + count) of a module's symbols, at most MAX_SYMBOL_ROWS a call. */
    list(params: { readonly sessionId: string; readonly module: Address; readonly first: number; readonly count: number }): SymbolColumns & { readonly generation: number };
  };
  readonly events: Record<never, never>;
}
