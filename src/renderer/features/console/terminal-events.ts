/** What a terminal's screen tells its panel. */
export interface TerminalEvents {
  readonly onOpened: (ptyName: string, ended: boolean) => void;
  readonly onEnded: () => void;
  readonly onError: (error: unknown) => void;
}
