import { useMemo } from 'react';
import type { SourceText } from '../../../shared/model/code.ts';
import { useApp, useCursor, useSession } from '../../widgets/app-context.tsx';
import { CodeLine, useCodeTokens } from '../../widgets/CodeLine.tsx';
import { GutterDot } from './GutterDot.tsx';
import { breakpointsByLine, lineAddresses, lineLocation, lineOfAddress } from './line-marks.ts';
import type { RowMenuRequest } from './RowMenu.tsx';
import { ROW_PX, useRows } from './use-rows.ts';

interface Props {
  readonly text: SourceText;
  readonly line: number;
  /** The line is a frame's next, not merely the cursor's. */
  readonly isCurrent: boolean;
  readonly onMenu: (request: RowMenuRequest) => void;
}

/** The lines of a file: gutter with breakpoints, number, text. A click on a line with code moves the shared cursor to its first instruction. */
export function SourceLines({ text, line, isCurrent, onMenu }: Props) {
  const { cursor, controller } = useApp();
  const breakpoints = useSession((view) => view.breakpoints);
  const marks = useMemo(() => breakpointsByLine(breakpoints, text), [breakpoints, text]);
  const addresses = useMemo(() => lineAddresses(text.lineTable), [text]);
  const cursorLine = useCursor(({ address }) => (address === undefined ? undefined : lineOfAddress(text.lineTable, address)));
  const { first, count, holder, onScroll } = useRows(text.lines.length, line - text.firstLine, `${text.version} ${line}`);
  const colours = useCodeTokens(text.lines, text.path);
  const knowsCode = addresses.size > 0;
  return (
    <div ref={holder} className="body code-body" onScroll={onScroll} data-autofocus tabIndex={-1} role="list" aria-label={`Source of ${text.path}`}>
      <div style={{ height: text.lines.length * ROW_PX, position: 'relative' }}>
        {Array.from({ length: count }, (_, index) => {
          const number = text.firstLine + first + index;
          const here = marks.get(number) ?? [];
          const address = addresses.get(number);
          const isLine = number === line;
          const classes = ['code-row', isLine && isCurrent ? 'current' : '', number === cursorLine ? 'at-cursor' : '', knowsCode && address === undefined ? 'no-code' : ''].join(' ');
          const location = lineLocation(text, number);
          return (
            <div
              key={number} className={classes} role="listitem" aria-current={isLine && isCurrent ? 'location' : undefined} style={{ top: (first + index) * ROW_PX }} data-line={number}
              onClick={() => {
                if (address !== undefined) cursor.goTo(address, 'source');
              }}
              onContextMenu={(event) => {
                event.preventDefault();
                if (address !== undefined) cursor.goTo(address, 'source');
                onMenu({ clientX: event.clientX, clientY: event.clientY, location, words: `line ${number}`, breakpoints: here, operands: [] });
              }}
            >
              <GutterDot
                breakpoints={here} words={`line ${number}`}
                onToggle={(runTo) => {
                  if (runTo) void controller.run.runTo(location);
                  else if (here.length === 0) void controller.run.insertBreakpoint({ location });
                  else for (const one of here) void controller.removeBreakpoint(one.number);
                }}
              />
              <span className="code-number">{number}</span>
              <span className="code-arrow" aria-hidden="true">{isLine && isCurrent ? '→' : ''}</span>
              <code className="code-text selectable"><CodeLine tokens={colours[first + index] ?? []} /></code>
            </div>
          );
        })}
      </div>
    </div>
  );
}
