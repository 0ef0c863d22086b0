import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Address } from '../../../shared/address/address.ts';
import type { StackFrame, ThreadStack } from '../../../shared/model/stack.ts';
import { slotAt } from '../../kernels/stack-frames/slot-places.ts';
import type { AppState } from '../../state/app-state.ts';
import { useApp, useCursor, useSession } from '../../widgets/app-context.tsx';
import { StackData } from './stack-data.ts';
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
  useEffect(() => owner.data.start(), [owner]);
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
  return deep !== undefined && deep.stopCount === picture?.stopCount && deep.beside === selected ? deep.level : selected;
}

/** Chooses a frame: everywhere, where gdb can select it. */
export function selectLevel(app: AppState, { data, ui }: StackContextValue, level: number): void {
  const { picture } = data;
  if (picture !== undefined && picture.frames.get(level)?.unwoundBy === 'unwind-table') {
    ui.update({ deep: { level, stopCount: picture.stopCount, beside: app.session.getState().selectedFrame } });
    return;
  }
  ui.update({ deep: undefined });
  void app.controller.selectFrame(level);
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
