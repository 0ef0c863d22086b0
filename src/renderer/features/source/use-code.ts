import { useEffect, useRef, useState } from 'react';
import type { CodePlace, Disassembly, NoSource, SourceText } from '../../../shared/model/code.ts';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import { useApp, useCursor, useSession } from '../../widgets/app-context.tsx';
import { usePanelVisible } from '../../widgets/panel-visible.ts';

/** Rows that anybody looks through at once; the rest is a click away. */
const INSTRUCTIONS = 400;

export type Follow = 'frame' | 'cursor';

export interface ShownSource {
  readonly text: SourceText | undefined;
  readonly none: NoSource | undefined;
  /** Line of the place, and its function. */
  readonly line: number | undefined;
  readonly function: string | undefined;
}

export interface ShownCode {
  readonly place: CodePlace | undefined;
  readonly source: ShownSource | undefined;
  readonly disassembly: Disassembly | undefined;
  /** Why there is neither. */
  readonly problem: ErrorFacts | undefined;
}

const NOTHING: ShownCode = { place: undefined, source: undefined, disassembly: undefined, problem: undefined };

/** Source and instructions of the selected frame, or of the cursor. What was shown stays while the next is asked for. `rules` rises when path rules changed. */
export function useCode(follow: Follow, wants: { readonly source: boolean; readonly disassembly: boolean }, rules: number): ShownCode {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const phase = useSession((view) => view.session?.phase);
  const generation = useSession((view) => view.session?.generation);
  const stopCount = useSession((view) => view.session?.stopCount);
  const settledCount = useSession((view) => view.settledCount);
  const threadId = useSession((view) => view.selectedThread);
  const frameLevel = useSession((view) => view.selectedFrame);
  const address = useCursor((cursor) => (follow === 'cursor' ? cursor.address : undefined));
  const visible = usePanelVisible();
  const [shown, setShown] = useState<ShownCode>(NOTHING);
  const held = phase === 'stopped' || phase === 'running';
  const text = useRef<SourceText>(undefined);

  useEffect(() => {
    const frame = phase === 'stopped' && threadId !== undefined ? { threadId, frameLevel } : undefined;
    const place: CodePlace | undefined = follow === 'frame' ? frame && { kind: 'frame', ...frame } : held && address !== undefined ? { kind: 'address', address } : undefined;
    if (sessionId === undefined || place === undefined || !visible) return undefined;
    const abort = new AbortController();
    const options = { signal: abort.signal };
    const load = async (): Promise<void> => {
      const [source, code] = await Promise.all([
        wants.source ? clients.code.source({ sessionId, at: place, ...(text.current === undefined ? {} : { have: text.current.version }) }, options) : undefined,
        wants.disassembly ? clients.code.disassemble({ sessionId, at: place, limit: INSTRUCTIONS, ...(frame === undefined ? {} : { frame }) }, options) : undefined,
      ]);
      if (abort.signal.aborted) return;
      const answer = source?.source;
      if (answer?.kind === 'text') text.current = answer;
      setShown({
        place,
        source: answer && {
          text: answer.kind === 'none' ? undefined : text.current, none: answer.kind === 'none' ? answer : undefined, line: answer.line, function: answer.function,
        },
        disassembly: code?.disassembly,
        problem: undefined,
      });
    };
    load().catch((error: unknown) => {
      if (!abort.signal.aborted) setShown({ ...NOTHING, place, problem: errorFacts(error) });
    });
    return () => abort.abort();
  }, [clients, sessionId, phase, generation, stopCount, settledCount, threadId, frameLevel, address, follow, held, wants.source, wants.disassembly, rules, visible]);

  // Without gdb nothing of it can be asked any more; what an ended program showed last stays.
  return held || phase !== 'observing' ? shown : NOTHING;
}
