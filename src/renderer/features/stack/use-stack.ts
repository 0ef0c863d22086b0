import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Address } from '../../../shared/address/address.ts';
import type { StackFrame, ThreadStack } from '../../../shared/model/stack.ts';
import { slotAt } from '../../kernels/stack-frames/slot-places.ts';
import type { AppState } from '../../state/app-state.ts';
import { useApp, useCursor, useSession } from '../../widgets/app-context.tsx';
import { usePanelVisible } from '../../widgets/panel-visible.ts';
import { StackData, type StackPicture } from './stack-data.ts';
import { StackUiStore, type StackUi } from './stack-ui-store.ts';

/** Who a cursor move came from, so that the view that made it does not scroll under the pointer. */
export const MOVED_BY = 'stack';

export interface StackContextValue {
  readonly data: StackData;
  readonly ui: StackUiStore;
}

export const StackContext = createContext<StackContextValue | undefined>(undefined);

interface Kept {
  readonly ui: StackUiStore;
  readonly data: StackData;
}

const kept = new WeakMap<AppState, Kept>();

/** Data of the view. It stays while the view is hidden: what changed since the last look is told when it comes back. */
export function useStackOwner(): StackContextValue {
  const app = useApp();
  const owner = useMemo(() => {
    const found = kept.get(app) ?? { ui: new StackUiStore(), data: new StackData(app) };
    kept.set(app, found);
    return found;
  }, [app]);
  const visible = usePanelVisible();
  useEffect(() => (visible ? owner.data.start() : undefined), [owner, visible]);
  return owner;
}

export function useStackContext(): StackContextValue {
  const value = useContext(StackContext);
  if (value === undefined) throw new Error('a part of the stack view needs its context');
  return value;
}

/** Renders again with every change of the data; read what is needed from the answer. */
export function useStackData(): StackData {
  const { data } = useStackContext();
  useSyncExternalStore(data.subscribe, () => data.version);
  return data;
}

export function useStackUi(): StackUi {
  const { ui } = useStackContext();
  return useSyncExternalStore(ui.subscribe, ui.get);
}

/** The stack that the view is about. */
export function useShownStack(): ThreadStack | undefined {
  const { stacks, picture, raw } = useStackData();
  return picture === undefined ? stacks.find(({ tid }) => tid === raw?.tid) ?? stacks[0] : stacks.find(({ threadId }) => threadId === picture.threadId);
}

/** The picture is of an earlier stop: the program runs, or is gone. */
export function useIsStale(): boolean {
  const phase = useSession((view) => view.session?.phase);
  return phase !== 'stopped' && phase !== 'observing';
}

/** Level of the frame that the view is about: gdb's choice, or a deeper one of this view's own. */
export function useSelectedLevel(): number {
  const { picture } = useStackData();
  const { deep } = useStackUi();
  const selected = useSession((view) => view.selectedFrame);
  return selectedLevel(picture, deep, selected);
}

function selectedLevel(picture: StackPicture | undefined, deep: StackUi['deep'], selected: number): number {
  return deep !== undefined && deep.stopCount === picture?.stopCount ? deep.level : selected;
}

/** Chooses a frame: at once in this view, and everywhere once it is known that gdb unwound it and can select it. */
export function selectLevel(app: AppState, { data, ui }: StackContextValue, level: number): void {
  const { picture } = data;
  if (picture === undefined) return;
  ui.update({ deep: { level, stopCount: picture.stopCount, beside: app.session.getState().selectedFrame } });
  if (level === 0 || picture.frames.get(level)?.unwoundBy === 'gdb') chooseForAll(app, ui, level);
}

function chooseForAll(app: AppState, ui: StackUiStore, level: number): void {
  ui.asked.add(level);
  void app.controller.selectFrame(level).finally(() => ui.asked.delete(level));
}

/** While the view is in sight, to the caller and back means over all frames it knows of, also those that gdb cannot select. */
export function useFrameWalk({ data, ui }: StackContextValue): void {
  const app = useApp();
  const visible = usePanelVisible();
  useEffect(() => {
    if (!visible) return undefined;
    const to = (by: 1 | -1): number | undefined => {
      const { session, selectedFrame, selectedThread } = app.session.getState();
      const { picture } = data;
      if (session?.phase !== 'stopped' || picture === undefined || picture.threadId !== selectedThread) return undefined;
      const level = selectedLevel(picture, ui.get().deep, selectedFrame) + by;
      return level >= 0 && level < picture.depth ? level : undefined;
    };
    const own = (by: 1 | -1) => ({
      disabledBecause: () => (to(by) === undefined ? 'there is no such frame' : undefined),
      run: () => {
        const level = to(by);
        if (level !== undefined) selectLevel(app, { data, ui }, level);
      },
    });
    const ends = [app.commands.override('frame.caller', own(1)), app.commands.override('frame.callee', own(-1))];
    return () => {
      for (const end of ends) end();
    };
  }, [app, data, ui, visible]);
}

/** Keeps this view's choice and everybody's together: a chosen frame becomes everybody's once it is read and is gdb's; another view's choice becomes this one's. */
export function useSharedChoice({ ui }: StackContextValue): void {
  const app = useApp();
  const level = useSelectedLevel();
  const { picture } = useStackData();
  const isGdbs = picture?.frames.get(level)?.unwoundBy === 'gdb';
  useEffect(() => {
    const follow = (selected: number): void => {
      const { deep } = ui.get();
      if (deep === undefined || deep.beside === selected) return;
      // Asked for from here, and gone on from meanwhile: that stays the choice.
      const isOwn = ui.asked.has(selected) && deep.level !== selected;
      ui.update({ deep: isOwn ? { ...deep, beside: selected } : undefined });
    };
    follow(app.session.getState().selectedFrame);
    return app.session.subscribe((now) => follow(now.selectedFrame));
  }, [app, ui]);
  useEffect(() => {
    if (isGdbs && ui.get().deep?.level === level && app.session.getState().selectedFrame !== level && !ui.asked.has(level)) chooseForAll(app, ui, level);
  }, [app, ui, level, isGdbs]);
}

export interface FrameAndSlot {
  readonly frame: StackFrame;
  readonly slot: number;
}

/** Frame and slot that hold an address, among the frames that are known. */
export function findSlot(frames: ReadonlyMap<number, StackFrame>, address: Address | undefined): FrameAndSlot | undefined {
  if (address === undefined) return undefined;
  for (const frame of frames.values()) {
    if (frame.slots.length === 0 || address < frame.low || address >= frame.high) continue;
    const slot = slotAt(frame.slots, address);
    if (slot >= 0) return { frame, slot };
  }
  return undefined;
}

export function useCursorSlot(): FrameAndSlot | undefined {
  const { picture } = useStackData();
  const address = useCursor((cursor) => cursor.address);
  return useMemo(() => (picture === undefined ? undefined : findSlot(picture.frames, address)), [picture, address]);
}

/** Follows a pointer: on this stack the view goes there, elsewhere the memory view shows it. */
export function followPointer(app: AppState, data: StackData, to: Address): void {
  app.cursor.goTo(to, 'stack-follow');
  const onStack = data.stacks.some(({ mapped }) => mapped !== undefined && to >= mapped.start && to < mapped.end);
  if (!onStack) app.commands.run('view.memory');
}

/** One question to the host whenever `ask` changes; the last answer stays until the next. `ask` must be memoised. */
export function useAnswer<T>(ask: ((signal: AbortSignal) => Promise<T>) | undefined): { readonly value: T | undefined; readonly failure: unknown; readonly waiting: boolean } {
  const [answer, setAnswer] = useState<{ readonly value: T | undefined; readonly failure: unknown; readonly of: unknown }>({ value: undefined, failure: undefined, of: undefined });
  useEffect(() => {
    if (ask === undefined) return undefined;
    const abort = new AbortController();
    ask(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setAnswer({ value, failure: undefined, of: ask });
      },
      (failure: unknown) => {
        if (!abort.signal.aborted) setAnswer({ value: undefined, failure, of: ask });
      },
    );
    return () => abort.abort();
  }, [ask]);
  return { value: answer.value, failure: answer.failure, waiting: answer.of !== ask };
}
