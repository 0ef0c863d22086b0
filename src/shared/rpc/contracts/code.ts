import type { CodePlace, Disassembly, PathRule, SourceAnswer } from '../../model/code.ts';

/** Lines of one `source` answer. */
export const MOST_SOURCE_LINES = 20_000;
/** Instructions of one `disassemble` answer. */
export const MOST_INSTRUCTIONS = 1000;

/** The program's text: source lines and instructions. Needs gdb. */
export interface CodeContract {
  readonly calls: {
    /** Source of a place, found through gdb; at most MOST_SOURCE_LINES around its line. Why there is none is an answer, not an error. `have`: the `version` that is there already. */
    source(params: { readonly sessionId: string; readonly at: CodePlace; readonly have?: string }): { readonly generation: number; readonly source: SourceAnswer };
    /** The function that holds a place, or the instructions around it when it is long or unknown. At most `limit` (≤ MOST_INSTRUCTIONS). Operands are resolved with the registers of `frame`. */
    disassemble(params: {
      readonly sessionId: string; readonly at: CodePlace; readonly limit: number; readonly frame?: { readonly threadId: number; readonly frameLevel: number };
    }): { readonly generation: number; readonly disassembly: Disassembly };
    /** Where source files are looked for instead of where they were compiled. */
    pathRules(params: { readonly sessionId: string }): readonly PathRule[];
    addPathRule(params: { readonly sessionId: string; readonly from: string; readonly to: string }): readonly PathRule[];
    removePathRule(params: { readonly sessionId: string; readonly from: string }): readonly PathRule[];
  };
  readonly events: Record<never, never>;
}
