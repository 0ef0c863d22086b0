import { useMemo, useRef, useState } from 'react';
import { addBytes, formatAddress } from '../../../shared/address/address.ts';
import type { CodePlace, NoSource, SourceText } from '../../../shared/model/code.ts';
import type { StackFrame } from '../../../shared/model/stack.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { CodeLine, useCodeTokens } from '../../widgets/CodeLine.tsx';
import { placeOf } from './frame-words.ts';
import { useAnswer, useStackData } from './use-stack.ts';

const BEFORE = 7;
const AFTER = 4;

/** A few lines around the frame's place, as gdb finds the file; why not where it does not. */
export function SourceExcerpt({ frame }: { readonly frame: StackFrame }) {
  const { clients } = useApp();
  const { picture } = useStackData();
  const sessionId = useSession((view) => view.session?.sessionId);
  const phase = useSession((view) => view.session?.phase);
  const threadId = picture?.threadId;
  const { level, pc, unwoundBy } = frame;
  const stopCount = picture?.stopCount;
  const have = useRef<SourceText>(undefined);
  const ask = useMemo(() => {
    if (sessionId === undefined || threadId === undefined || phase !== 'stopped') return undefined;
    return async (signal: AbortSignal): Promise<SourceText | NoSource> => {
      const { current } = have;
      // The instruction before: the call, not what follows it.
      const at: CodePlace = unwoundBy === 'gdb' ? { kind: 'frame', threadId, frameLevel: level } : { kind: 'address', address: addBytes(pc, -1) };
      const { source: found } = await clients.code.source({ sessionId, at, ...(current === undefined ? {} : { have: current.version }) }, { signal });
      if (found.kind === 'none') return found;
      const text = found.kind === 'text' ? found : current;
      if (text === undefined) throw new Error('the host says that the source is the same, and there is none');
      have.current = text;
      return { ...text, line: found.line, function: found.function };
    };
    // oxlint-disable-next-line react/exhaustive-deps -- pc and stop are not sent; new ones mean a new answer
  }, [clients, sessionId, threadId, level, pc, unwoundBy, stopCount, phase]);
  const { value } = useAnswer(ask);
  const [source, setSource] = useState(value);
  // The lines of the last answer stay until the next: they must not flash at each step.
  if (value !== undefined && value !== source) setSource(value);
  const colours = useCodeTokens(source?.kind === 'text' ? source.lines : [], source?.path ?? '');
  if (source === undefined) return <div className="stk-src f3">{placeOf(frame)}</div>;
  if (source.kind === 'none') return <div className="stk-src none"><b>{frame.function ?? formatAddress(frame.pc)}</b><p className="f3">{source.words} {source.remedy ?? ''}</p></div>;
  const first = Math.max(source.firstLine, source.line - BEFORE);
  const lines = colours.slice(first - source.firstLine, source.line + AFTER + 1 - source.firstLine);
  return (
    <div className="stk-src selectable" data-testid="source-excerpt" title={source.path}>
      <div className="f3 ellipsis">{source.path}{source.newerThanProgram ? ', newer than the program' : ''}</div>
      {lines.map((tokens, i) => {
        const number = first + i;
        const isCurrent = number === source.line;
        return <div key={number} className={isCurrent ? 'cur' : ''} aria-current={isCurrent ? 'true' : undefined}><i>{number}</i><span>{isCurrent ? '→' : ''}</span><CodeLine tokens={tokens} /></div>;
      })}
    </div>
  );
}
