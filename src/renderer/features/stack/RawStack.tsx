import { useLayoutEffect, useRef, useState, type CSSProperties } from 'react';
import { addBytes, formatAddress, toAddress } from '../../../shared/address/address.ts';
import type { RawStackWord } from '../../../shared/model/stack.ts';
import { ROW_PX } from '../../kernels/stack-frames/stack-blocks.ts';
import { useApp, useCommand, useCursor, useSession } from '../../widgets/app-context.tsx';
import { followPointer, MOVED_BY, useShownStack, useStackContext, useStackData } from './use-stack.ts';

const KIND_LOOKS: Readonly<Record<RawStackWord['kind'], { readonly letter: string; readonly ink: string; readonly name: string }>> = {
  'return-candidate': { letter: 'R?', ink: '--k-heap', name: 'return address?' },
  'stack-pointer': { letter: '↕', ink: '--k-stack', name: 'into this stack' },
  pointer: { letter: '→', ink: '--v-ptr', name: 'pointer' },
  data: { letter: '', ink: '--k-gap', name: '' },
};

/** Words of a stack without frames: gdb does not hold the process. High addresses on top, rsp at the bottom. */
export function RawStack() {
  const app = useApp();
  const { data } = useStackContext();
  const { raw, rawFailure } = useStackData();
  const stack = useShownStack();
  const address = useCursor((cursor) => cursor.address);
  const attach = useCommand('session.attach');
  const whyNot = useSession(() => attach?.disabledBecause());
  const body = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 0 });
  const measure = (): void => {
    if (body.current !== null) setView({ top: body.current.scrollTop, height: body.current.clientHeight });
  };
  const count = raw?.words.length ?? 0;
  const start = raw?.start;
  const known = useRef(0);
  useLayoutEffect(() => {
    const element = body.current;
    if (element === null) return undefined;
    // rsp is at the bottom: there one begins. More words come on top; what was in sight stays.
    const from = known.current;
    known.current = count;
    if (from > 0) element.scrollTop += (count - from) * ROW_PX;
    let isPlaced = from > 0;
    // Told once at the beginning, too, and again when the view gets the whole window.
    const observer = new ResizeObserver(() => {
      if (!isPlaced) element.scrollTop = element.scrollHeight;
      isPlaced ||= element.clientHeight > 200;
      setView({ top: element.scrollTop, height: element.clientHeight });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [count, start]);
  const first = Math.max(0, Math.floor(view.top / ROW_PX) - 4);
  const end = Math.min(count, Math.ceil((view.top + view.height) / ROW_PX) + 4);
  const follow = (word: RawStackWord): void => {
    app.cursor.goTo(word.address, MOVED_BY);
    followPointer(app, data, toAddress(word.value));
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || raw === undefined) return;
    const at = address === undefined ? -1 : raw.words.findIndex((word) => address >= word.address && address < addBytes(word.address, 8));
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const to = raw.words[at < 0 ? 0 : at + (event.key === 'ArrowUp' ? 1 : -1)];
      if (to !== undefined) app.cursor.nudge(to.address, MOVED_BY);
    } else if (event.key === 'Enter') {
      const word = raw.words[at];
      if (word !== undefined && word.kind !== 'data') follow(word);
    } else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="stk-note" role="status">
        gdb is not attached: no frames, only words. {stack?.function === undefined ? '' : <>The thread waits in <span className="mono">{stack.function}</span>. </>}
        Orange words look like return addresses; nothing proves that they are.{' '}
        <button type="button" className="lk" aria-disabled={whyNot !== undefined} onClick={() => app.commands.run('session.attach')}>Attach gdb (stops the process)</button>
      </div>
      {rawFailure !== undefined ? <div className="empty" role="status"><b>{rawFailure.message}</b><span>{rawFailure.remedy ?? 'The kernel tells where a stack ends only of a thread that waits.'}</span></div> : null}
      {raw === undefined ? null : (
        <div ref={body} className="stk-list" data-autofocus tabIndex={0} role="listbox" aria-label="Words of the stack, high addresses on top" onScroll={measure} onKeyDown={onKeyDown}>
          <div className="stk-content raw" style={{ height: count * ROW_PX + 30 }}>
            {raw.more ? <button type="button" className="btn bd s stk-more" onClick={() => data.moreRaw()}>Read on upwards</button> : null}
            {Array.from({ length: Math.max(0, end - first) }, (_, i) => {
              const word = raw.words[count - 1 - first - i];
              if (word === undefined) return null;
              const look = KIND_LOOKS[word.kind];
              const isCursor = address !== undefined && address >= word.address && address < addBytes(word.address, 8);
              const above = word.address - raw.start;
              return (
                <div key={word.address.toString()} role="option" aria-selected={isCursor} className={isCursor ? 'stk-rawrow cur' : 'stk-rawrow'} data-raw={word.kind} style={{ top: 26 + (first + i) * ROW_PX }} onPointerDown={() => app.cursor.goTo(word.address, MOVED_BY)}>
                  <span className="stk-ad">{formatAddress(word.address)}</span>
                  <span className="stk-off">{above === 0n ? 'rsp' : `rsp+0x${above.toString(16)}`}</span>
                  <span className={word.value === 0n ? 'mono f3' : 'mono'}>0x{word.value.toString(16).padStart(16, '0')}</span>
                  {word.kind === 'data' ? <span /> : (
                    <div className="stk-box inline" style={{ '--c': `var(${look.ink})` } as CSSProperties}>
                      <b className="stk-letter">{look.letter}</b><span className="stk-name">{look.name}</span>
                      <button type="button" tabIndex={-1} className="stk-val ptr" onPointerDown={(event) => event.stopPropagation()} onClick={() => follow(word)}>{word.words === '' ? `→ 0x${word.value.toString(16)}` : word.words}</button>
                    </div>
                  )}
                </div>
              );
            })}
          </div>
        </div>
      )}
    </>
  );
}
