import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { formatAddress, toAddress } from '../../../shared/address/address.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { rowOf } from '../../kernels/stack-frames/frame-rows.ts';
import { blocksBetween, foldedBetween, placeOfLevel, ROW_PX } from '../../kernels/stack-frames/stack-blocks.ts';
import { useApp, useCursor, useSession } from '../../widgets/app-context.tsx';
import { FoldedFrame, InitialBlockRow, PoppedBlock, RunBlock } from './FoldedBlocks.tsx';
import { FrameBlock } from './FrameBlock.tsx';
import { slotId } from './FrameForReaders.tsx';
import { keyOfFrame, type FrameModel } from './frame-model.ts';
import { nextSlot } from './slot-steps.ts';
import { followPointer, MOVED_BY, selectLevel, useCursorSlot, useIsStale, useSelectedLevel, useShownStack, useStackContext } from './use-stack.ts';

/** The frames, high addresses on top, as many of them in the document as are on screen. */
export function FrameList({ model }: { readonly model: FrameModel }) {
  const app = useApp();
  const context = useStackContext();
  const { data, ui } = context;
  const selected = useSelectedLevel();
  const stale = useIsStale();
  const at = useCursorSlot();
  const address = useCursor((cursor) => cursor.address);
  const movedBy = useCursor((cursor) => cursor.movedBy);
  const body = useRef<HTMLDivElement>(null);
  const { view, onScroll } = useView(body);
  const { picture, blocks } = model;

  const fromPx = view.top;
  const toPx = view.top + view.height;
  const shown = blocksBetween(blocks, fromPx - ROW_PX, toPx + ROW_PX);
  const folded = shown.flatMap((block) => (block.kind === 'folded' ? foldedBetween(block, fromPx - 60, toPx + 60).map((one) => one.level) : []));
  const wanted = [...model.missing, ...folded, ...(picture.frames.has(selected) ? [] : [selected])];
  const wantedKey = wanted.join(' ');
  // oxlint-disable-next-line react/exhaustive-deps -- the levels are in the key
  useEffect(() => data.wantLevels(wanted), [data, wantedKey, picture]);

  const reveal = (topPx: number, heightPx: number, always: boolean): void => {
    const element = body.current;
    if (element === null) return;
    const { scrollTop, clientHeight } = element;
    if (!always && topPx >= scrollTop && topPx + heightPx <= scrollTop + clientHeight) return;
    element.scrollTop = heightPx > clientHeight ? topPx : topPx < scrollTop ? topPx - 4 : topPx + heightPx > scrollTop + clientHeight ? topPx + heightPx - clientHeight + 4 : scrollTop;
  };

  // A new stop shows where the program is; another frame chosen shows that frame. New facts about the same frames move nothing.
  const place = placeOfLevel(blocks, selected);
  const wish = `${picture.threadId} ${picture.stopCount} ${selected} ${picture.frames.has(selected)}`;
  const revealed = useRef('');
  useLayoutEffect(() => {
    if (revealed.current === wish || place === undefined || view.height === 0) return;
    revealed.current = wish;
    if (selected === 0 && body.current !== null) body.current.scrollTop = model.heightPx;
    reveal(place.topPx, place.heightPx, false);
  });
  useEffect(() => {
    if (at === undefined || movedBy === MOVED_BY) return;
    const rows = model.rows.get(at.frame.level);
    const frame = blocks.find((block) => block.kind === 'frame' && block.level === at.frame.level);
    if (rows === undefined || frame === undefined || address === undefined) return;
    const row = rowOf(rows, address);
    if (row >= 0) reveal(frame.topPx + row * ROW_PX, ROW_PX, false);
    // oxlint-disable-next-line react/exhaustive-deps -- only a moved cursor scrolls
  }, [address, movedBy]);

  const step = (by: 1 | -1): void => {
    const to = nextSlot(model, at, by);
    if (to === undefined) return;
    app.cursor.nudge(to.address, MOVED_BY);
    reveal(to.topPx, ROW_PX, false);
    if (to.level !== selected) selectLevel(app, context, to.level);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') step(event.key === 'ArrowUp' ? -1 : 1);
    else if (event.key === 'PageUp' || event.key === 'PageDown') body.current?.scrollBy(0, (event.key === 'PageUp' ? -1 : 1) * (view.height - ROW_PX));
    else if (event.key === 'Home') body.current?.scrollTo(0, 0);
    else if (event.key === 'End') body.current?.scrollTo(0, model.heightPx);
    else if (event.key === 'Enter') {
      const to = at?.frame.slots[at.slot]?.pointsTo;
      if (to !== undefined) followPointer(app, data, to);
    } else if (event.key === ' ') {
      const frame = picture.frames.get(selected);
      if (frame !== undefined) ui.openFrame(keyOfFrame(frame), !model.rows.has(selected));
    } else return;
    event.preventDefault();
  };

  const active = at === undefined ? undefined : at.frame.slots[at.slot];
  return (
    <div
      ref={body} className={stale ? 'stk-list stale' : 'stk-list'} data-autofocus tabIndex={0} role="listbox" onScroll={onScroll} onKeyDown={onKeyDown}
      aria-label="Frames and their slots, high addresses on top. Up and Down walk the slots, Enter follows a pointer, Space folds the frame, Alt Up and Alt Down go to the caller and back."
      aria-activedescendant={active === undefined ? undefined : slotId(active.start)}
    >
      <div className="stk-content" style={{ height: model.heightPx + 8 }}>
        {shown.map((block) => {
          switch (block.kind) {
            case 'initial':
              return model.initial === undefined ? null : <InitialBlockRow key="initial" block={block} initial={model.initial} fromPx={fromPx} toPx={toPx} />;
            case 'folded':
              return foldedBetween(block, fromPx - 60, toPx + 60).map(({ level, topPx }) => <FoldedFrame key={`f${level}`} model={model} level={level} topPx={topPx} isSelected={level === selected} />);
            case 'run':
              return <RunBlock key={`r${block.row.firstLevel}`} block={block} />;
            case 'frame': {
              const frame = picture.frames.get(block.level);
              const rows = model.rows.get(block.level);
              if (frame === undefined || rows === undefined) return null;
              return <FrameBlock key={`f${block.level}`} block={block} frame={frame} rows={rows} isSelected={block.level === selected} cursorSlot={at?.frame === frame ? at.slot : -1} fromPx={fromPx} toPx={toPx} />;
            }
            case 'switch':
              return <StackSwitch key={`s${block.level}`} topPx={block.topPx} model={model} level={block.level} />;
            case 'mark':
              return <StackPointerMark key="mark" topPx={block.topPx} model={model} />;
            case 'red-zone':
              return model.redZone === undefined ? null : (
                <FrameBlock key="red" block={block} frame={model.redZone.frame} rows={model.redZone.rows} isSelected={false} cursorSlot={at?.frame === model.redZone.frame ? at.slot : -1} fromPx={fromPx} toPx={toPx} />
              );
            case 'popped':
              return <PoppedBlock key={`popped ${picture.stopCount}`} block={block} model={model} />;
            case 'below':
              return <BelowNote key="below" topPx={block.topPx} model={model} />;
          }
        })}
      </div>
    </div>
  );
}

function useView(body: React.RefObject<HTMLDivElement | null>): { readonly view: { readonly top: number; readonly height: number }; readonly onScroll: () => void } {
  const [view, setView] = useState({ top: 0, height: 0 });
  const onScroll = (): void => {
    const element = body.current;
    if (element !== null) setView({ top: element.scrollTop, height: element.clientHeight });
  };
  useLayoutEffect(() => {
    const element = body.current;
    if (element === null) return undefined;
    // Told once at the beginning, too.
    const observer = new ResizeObserver(() => setView({ top: element.scrollTop, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [body]);
  return { view, onScroll };
}

/** Where the stack ends: rsp, and rbp when it stands there too. */
function StackPointerMark({ topPx, model }: { readonly topPx: number; readonly model: FrameModel }) {
  const app = useApp();
  const first = model.picture.rows[0];
  const sp = model.picture.frames.get(0)?.sp ?? (first?.kind === 'frame' ? first.sp : undefined);
  const rbp = useSession((view) => view.registers.find(({ name }) => name === 'rbp')?.value);
  const selected = useSession((view) => view.selectedFrame);
  if (sp === undefined) return null;
  const both = selected === 0 && rbp === sp;
  return (
    <div className="stk-mark" style={{ top: topPx }}>
      <button type="button" tabIndex={-1} data-testid="rsp-mark" onClick={() => app.cursor.goTo(sp, MOVED_BY)}><b>{both ? 'rsp = rbp' : 'rsp'}</b> <span className="mono">{formatAddress(sp)}</span></button>
    </div>
  );
}

/** The frames below run on another stack than those above: a signal handler's alternate one. */
function StackSwitch({ topPx, model, level }: { readonly topPx: number; readonly model: FrameModel; readonly level: number }) {
  const regions = useSession((view) => view.regions);
  const row = model.outlineFrame(level);
  if (row?.cfa === undefined) return null;
  const name = (address: bigint): string => regions?.regionAt(toAddress(address))?.label ?? 'unmapped memory';
  return <div className="stk-switch" style={{ top: topPx }} role="note">another stack: above in <b>{name(row.cfa)}</b>, below in <b>{name(row.sp)}</b></div>;
}

/** What lies below the red zone. */
function BelowNote({ topPx, model }: { readonly topPx: number; readonly model: FrameModel }) {
  const stack = useShownStack();
  const sp = model.picture.frames.get(0)?.sp;
  if (sp === undefined || stack?.mapped === undefined || sp < stack.mapped.start) return null;
  return <div className="stk-below f3" style={{ top: topPx }}>then {formatSize(sp - stack.mapped.start)} mapped below rsp: stale data, any call or signal handler may overwrite it</div>;
}
