export type TerminalName = 'gdb' | 'program';

/** Watermarks of terminal flow control, in bytes. The host stops reading the pty above HIGH unacknowledged bytes and goes on below LOW; the page acknowledges every ACK. ACK must not exceed LOW, or reading never resumes. */
export const TERMINAL_HIGH_WATER_BYTES = 256 * 1024;
export const TERMINAL_LOW_WATER_BYTES = 32 * 1024;
export const TERMINAL_ACK_BYTES = 16 * 1024;

export interface TerminalsContract {
  readonly calls: {
    /** Begins (or begins anew, after a reload) to show a terminal; answers with what it printed so far (the last 256 KiB). Data events follow. */
    open(params: { readonly sessionId: string; readonly terminal: TerminalName; readonly columns: number; readonly rows: number }):
      { readonly backlog: Uint8Array; readonly ptyName: string; readonly ended: boolean };
    write(params: { readonly sessionId: string; readonly terminal: TerminalName; readonly data: Uint8Array }): null;
    resize(params: { readonly sessionId: string; readonly terminal: TerminalName; readonly columns: number; readonly rows: number }): null;
    acknowledge(params: { readonly sessionId: string; readonly terminal: TerminalName; readonly bytes: number }): null;
  };
  readonly events: {
    readonly data: { readonly sessionId: string; readonly terminal: TerminalName; readonly data: Uint8Array };
    readonly ended: { readonly sessionId: string; readonly terminal: TerminalName };
  };
}
