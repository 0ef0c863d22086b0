import type { BreakpointInfo } from '../../../shared/model/debug.ts';

interface Props {
  readonly breakpoints: readonly BreakpointInfo[];
  /** Where: `line 38`. */
  readonly words: string;
  /** `runTo`: Shift was held. */
  readonly onToggle: (runTo: boolean) => void;
}

/** The gutter of a row of code: shows its breakpoint and sets or deletes one on a click; with Shift, runs to here. */
export function GutterDot({ breakpoints, words, onToggle }: Props) {
  const on = breakpoints.some((breakpoint) => breakpoint.enabled);
  const conditional = breakpoints.some((breakpoint) => breakpoint.condition !== undefined || breakpoint.ignoreCount > 0);
  const state = breakpoints.length === 0 ? '' : on ? 'set' : 'off';
  const title = breakpoints.length === 0
    ? `Set a breakpoint at ${words} (Shift: run to here)`
    : `Delete breakpoint ${breakpoints.map(({ number, condition }) => (condition === undefined ? number : `${number} if ${condition}`)).join(', ')}${on ? '' : ' (off)'}`;
  return (
    <button
      type="button" className={`gutter ${state} ${conditional ? 'conditional' : ''}`} aria-label={title} title={title} aria-pressed={breakpoints.length > 0}
      onClick={(event) => {
        event.stopPropagation();
        onToggle(event.shiftKey);
      }}
    />
  );
}
