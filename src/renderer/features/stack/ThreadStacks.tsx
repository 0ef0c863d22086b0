import { useMemo } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatSize } from '../../../shared/address/size.ts';
import type { StackOutlineRow, ThreadStack } from '../../../shared/model/stack.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { changesStack } from './frame-model.ts';
import { MOVED_BY, useAnswer, useShownStack, useStackContext, useStackData } from './use-stack.ts';

/** Outlines asked for at once: gdb walks each stack. */
const MOST_OUTLINES = 16;
const MOST_ROWS = 40;

/** All threads' stacks side by side, each with its use, its frames and its place in the address space. */
export function ThreadStacks() {
  const { stacks } = useStackData();
  const phase = useSession((view) => view.session?.phase);
  return (
    <div className="stk-threads body" data-autofocus tabIndex={-1}>
      {stacks.map((stack, i) => <ThreadColumn key={stack.tid} stack={stack} withFrames={phase === 'stopped' && i < MOST_OUTLINES} />)}
    </div>
  );
}

function ThreadColumn({ stack, withFrames }: { readonly stack: ThreadStack; readonly withFrames: boolean }) {
  const { clients, controller, cursor } = useApp();
  const { ui } = useStackContext();
  const shown = useShownStack();
  const sessionId = useSession((view) => view.session?.sessionId);
  const generation = useSession((view) => view.session?.generation);
  const { threadId, mapped } = stack;
  // oxlint-disable-next-line react/exhaustive-deps -- the generation is not sent; a new one means a new answer
  const ask = useMemo(() => (!withFrames || sessionId === undefined || threadId === undefined ? undefined : (signal: AbortSignal) => clients.stack.outline({ sessionId, threadId }, { signal })), [clients, sessionId, threadId, withFrames, generation]);
  const { value } = useAnswer(ask);
  const limit = stack.limitBytes ?? stack.mappedBytes ?? 1n;
  const share = (bytes: bigint | undefined): string => `${bytes === undefined || limit === 0n ? 0 : Math.max(0.5, Math.min(100, Number((bytes * 10_000n) / limit) / 100))}%`;
  const open = (): void => {
    ui.update({ shown: 'one', tid: stack.tid });
    if (threadId !== undefined) void controller.selectThread(threadId);
  };
  return (
    <section className={stack.tid === shown?.tid ? 'stk-thread on' : 'stk-thread'} aria-label={`Stack of thread ${stack.tid}`} data-tid={stack.tid}>
      <header>
        <button type="button" className="lk" onClick={open}>{threadId === undefined ? `TID ${stack.tid}` : `Thread ${threadId}`}</button> <b className="mono">{stack.name}</b>
        <div className="f2">TID {stack.tid}, {stack.state}{stack.function === undefined ? '' : <>, in <span className="mono">{stack.function}</span></>}</div>
      </header>
      <div className="f2 stk-where">
        {mapped === undefined ? 'where its stack ends is not known while it runs' : (
          <><button type="button" className="mono lk" onClick={() => cursor.goTo(stack.sp ?? mapped.start, MOVED_BY)}>{formatAddress(mapped.start)}</button> – <span className="mono">{formatAddress(mapped.end)}</span><div>{mapped.label}</div></>
        )}
      </div>
      <div className="stk-meter" role="meter" aria-label={`Stack of thread ${stack.tid} in use`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Number.parseFloat(share(stack.usedBytes))}><i className="mapped" style={{ width: share(stack.mappedBytes) }} /><i className="used" style={{ width: share(stack.usedBytes) }} /></div>
      <div className="f2">{stack.usedBytes === undefined ? 'use not known' : `${formatSize(stack.usedBytes)} used`}{stack.limitBytes === undefined ? '' : ` of ${formatSize(stack.limitBytes)}`}</div>
      <ol>{(value?.rows ?? []).slice(-MOST_ROWS).toReversed().map((row) => <Row key={row.kind === 'run' ? row.firstLevel : row.level} row={row} />)}</ol>
      {stack.sp === undefined ? null : <div className="stk-thread-sp">rsp <span className="mono">{formatAddress(stack.sp)}</span></div>}
      {stack.guard === undefined ? null : <div className="f3">guard <span className="mono">{formatAddress(stack.guard.start)}</span>: {stack.guard.words}</div>}
    </section>
  );
}

/** A frame as high as its bytes, within what can be read. */
function Row({ row }: { readonly row: StackOutlineRow }) {
  const regions = useSession((view) => view.regions);
  // What the kernel pushed for a handler on another stack does not reach to the CFA.
  const bytes = row.kind === 'run' ? row.end - row.start : row.cfa === undefined || changesStack(row, regions) ? 0n : row.cfa - row.sp;
  const height = 18 + Math.min(110, Number(bytes > 4096n ? 4096n : bytes) / 24);
  return (
    <li style={{ height }} className={row.kind === 'run' ? 'run' : row.frameKind}>
      <i>{row.kind === 'run' ? row.firstLevel : row.level}</i><b className="mono ellipsis">{row.kind === 'run' ? `${row.functions.join(' → ')} ×${row.count}` : row.function ?? formatAddress(row.pc)}</b>
      <span className="f2">{bytes === 0n ? '' : formatSize(bytes)}</span>
    </li>
  );
}
