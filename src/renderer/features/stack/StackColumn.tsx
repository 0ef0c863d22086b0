import { Check, ChevronDown, Zap } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type CSSProperties } from 'react';
import { formatAddress, type Address } from '../../../shared/address/address.ts';
import { formatCount, formatSize } from '../../../shared/address/size.ts';
import type { ThreadStack } from '../../../shared/model/stack.ts';
import { columnY, pageColumn, type PageColumn } from '../../kernels/stack-frames/page-column.ts';
import { faultIn, type FaultSite } from '../../state/fault-site.ts';
import { useApp, useFault } from '../../widgets/app-context.tsx';
import { Menu } from '../../widgets/Menu.tsx';
import { SLOT_LOOKS } from './slot-look.ts';
import type { StackPicture } from './stack-data.ts';
import { useStackPages, type StackPages } from './use-stack-pages.ts';
import { MOVED_BY, useShownStack, useStackContext, useStackData } from './use-stack.ts';

const BAR_PX = 96;
const ROOM_PX = 130;
const GUARD_PX = 72;

/** Left column: the thread's stack page by page, its room to grow and its guard. */
export function StackColumn() {
  const stack = useShownStack();
  return (
    <section className="panel stk-pages" aria-label="The stack page by page">
      <div className="ph"><h2 className="ellipsis">{stack?.mapped?.label ?? 'Stack'}</h2><ThreadMenu /></div>
      {stack === undefined ? <div className="empty"><span>No stack is known yet.</span></div> : <Column stack={stack} />}
      {stack === undefined ? null : <Usage stack={stack} />}
      <Legend />
    </section>
  );
}

/** Which thread's stack: under gdb the thread that everything else is about, too. */
function ThreadMenu() {
  const { controller } = useApp();
  const { ui } = useStackContext();
  const { stacks, picture } = useStackData();
  const shown = useShownStack();
  if (stacks.length === 0) return null;
  return (
    <Menu label="Thread whose stack is shown" className="btn s" button={<><span className="f2">thread {shown?.threadId ?? shown?.tid ?? ''}, page by page</span>{stacks.length > 1 ? <ChevronDown className="ico xs" /> : null}</>}>
      {(close) => stacks.map((stack) => (
        <button
          key={stack.tid} type="button" role="menuitemradio" aria-checked={stack.tid === shown?.tid} onClick={() => {
            close();
            if (picture !== undefined && stack.threadId !== undefined) void controller.selectThread(stack.threadId);
            else ui.update({ tid: stack.tid });
          }}
        >
          <Check className="ico s" style={{ visibility: stack.tid === shown?.tid ? 'visible' : 'hidden' }} />
          <span className="medium">{stack.threadId ?? stack.tid}</span><span className="mono">{stack.name}</span><span className="f3">TID {stack.tid}, {stack.state}</span>
          <span className="grow" /><span className="f2 mono">{stack.function ?? ''}</span>
        </button>
      ))}
    </Menu>
  );
}

function Column({ stack }: { readonly stack: ThreadStack }) {
  const { initial } = useStackData();
  const fault = useFault(({ site }) => site);
  const pages = useStackPages(stack, initial?.start);
  const box = useRef<HTMLDivElement>(null);
  const [heightPx, setHeightPx] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setHeightPx(element.clientHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const hasRoom = stack.mapped !== undefined && stack.limitAddress !== undefined && stack.limitAddress < stack.mapped.start;
  const column = pages === undefined ? undefined : pageColumn(pages, Math.max(60, heightPx - 24 - (hasRoom ? ROOM_PX : 0) - (stack.guard === undefined ? 0 : GUARD_PX + 10)));
  return (
    <div ref={box} className="stk-column body">
      {stack.mapped === undefined ? <div className="empty"><span>The kernel does not tell where the stack of a running thread ends.</span></div> : null}
      {column === undefined || pages === undefined ? null : <Pages column={column} pages={pages} stack={stack} />}
      {hasRoom && stack.mapped !== undefined && stack.limitAddress !== undefined ? (
        <div className="stk-room" style={{ height: ROOM_PX }} title={`${formatAddress(stack.limitAddress)} – ${formatAddress(stack.mapped.start)}`}>
          <svg width={BAR_PX} height={ROOM_PX - 6} aria-hidden="true"><path d={`M${BAR_PX / 2} 14V${ROOM_PX - 24}m-6-8 6 8 6-8`} /></svg>
          <p>room to grow<br /><b>{formatSize(stack.mapped.start - stack.limitAddress)}</b>, not to scale<br /><span className="f3">touch here: kernel extends {stack.mapped.label}</span><br /><span className="mono f3">{formatAddress(stack.limitAddress)}</span></p>
          {fault !== undefined && faultIn(fault, stack.limitAddress, stack.mapped.start) && !inGuard(stack, fault) ? <FaultTag fault={fault} /> : null}
        </div>
      ) : null}
      {stack.guard === undefined ? null : (
        <div className="stk-guard" style={{ height: GUARD_PX }} title={`${formatAddress(stack.guard.start)} – ${formatAddress(stack.guard.end)}`}>
          <svg width={BAR_PX} height={GUARD_PX - 4} aria-hidden="true"><rect width={BAR_PX} height={GUARD_PX - 4} rx={3} className="wash" /><rect width={BAR_PX} height={GUARD_PX - 4} rx={3} fill="url(#h-guard)" /><text x={BAR_PX / 2} y={GUARD_PX / 2 + 2} textAnchor="middle">GD guard</text></svg>
          <p><b>{stack.limitBytes === undefined ? 'no limit' : `limit: ${formatSize(stack.limitBytes)}`}</b><br /><span className="f3">{stack.guard.words}</span></p>
          {inGuard(stack, fault) ? <FaultTag fault={fault} /> : null}
        </div>
      )}
    </div>
  );
}

function inGuard({ guard }: ThreadStack, fault: FaultSite | undefined): fault is FaultSite {
  return guard !== undefined && faultIn(fault, guard.start, guard.end);
}

/** On the guard, or on the room to grow, where the access failed. */
function FaultTag({ fault }: { readonly fault: FaultSite }) {
  return <b className="stk-fault-tag" title={fault.words}><Zap className="ico xs" aria-hidden="true" />{fault.label} {tail(fault.address)}</b>;
}

/** The outermost frame that is on this very stack: a handler's alternate one holds only those up to the signal frame. */
function outermostOn({ rows, depth }: StackPicture, { mapped }: ThreadStack): number {
  const beyond = mapped === undefined ? undefined : rows.find((row) => row.kind === 'frame' && (row.sp < mapped.start || row.sp >= mapped.end));
  return beyond?.kind === 'frame' && beyond.level > 0 ? beyond.level - 1 : depth - 1;
}

function Pages({ column, pages, stack }: { readonly column: PageColumn; readonly pages: readonly StackPages[]; readonly stack: ThreadStack }) {
  const { cursor } = useApp();
  const { picture } = useStackData();
  const outermost = picture === undefined ? undefined : outermostOn(picture, stack);
  const spY = stack.sp === undefined ? undefined : columnY(column, stack.sp);
  const fault = useFault(({ site }) => site);
  const faultY = fault === undefined ? undefined : columnY(column, fault.address);
  const labels = sideLabels(column, pages, stack, spY, fault === undefined || faultY === undefined ? undefined : { y: faultY - 7, text: `${fault.label} ${tail(fault.address)}`, className: 'mono b bad' });
  return (
    <div className="stk-bars" style={{ height: column.heightPx }}>
      {column.bands.map((band) => {
        const part = pages[band.run];
        if (part === undefined) return null;
        const count = Number((band.end - band.start) / 4096n);
        const words = bandWords(part, outermost);
        return (
          <button
            key={band.start.toString()} type="button" tabIndex={-1} aria-hidden="true" className={`stk-band ${part.isPresent ? 'present' : 'absent'} ${part.part} ${part.state}`} style={{ top: band.topPx, height: Math.max(1, band.heightPx - 1), '--page': column.pagePx < 4 ? '100vh' : `${column.pagePx}px` } as CSSProperties}
            title={`${words}: ${formatCount(count)} ${count === 1 ? 'page' : 'pages'}, ${formatAddress(band.start)} – ${formatAddress(band.end)}${band.isCompressed ? ', not to scale' : ''}`} onClick={() => cursor.goTo(band.start, MOVED_BY)}
          >
            {band.heightPx >= 11 && part.isPresent ? <span className="ellipsis">{words}</span> : band.isCompressed ? <span className="f3">{formatCount(count)} pages, not to scale</span> : null}
          </button>
        );
      })}
      {faultY === undefined ? null : <i className="stk-sp stk-fault-line" style={{ top: faultY }} />}
      {spY === undefined || stack.sp === undefined ? null : <i className="stk-sp" style={{ top: spY }} />}
      {labels.map(({ y, text, className }) => <span key={text} className={`stk-side ${className}`} style={{ top: y }}>{text}</span>)}
      <ul className="sr-only" aria-label="Pages of the stack, high addresses first">
        {pages.toReversed().map((part) => <li key={part.start.toString()}>{bandWords(part, outermost)}: {formatCount((part.end - part.start) / 4096n)} pages from {formatAddress(part.start)}</li>)}
      </ul>
    </div>
  );
}

interface SideLabel {
  readonly y: number;
  readonly text: string;
  readonly className: string;
}

const LABEL_PX = 14;

/** Addresses beside the column, without one over another: the ends first, then rsp, then what was never touched. */
function sideLabels(column: PageColumn, pages: readonly StackPages[], stack: ThreadStack, spY: number | undefined, fault: SideLabel | undefined): readonly SideLabel[] {
  if (stack.mapped === undefined) return [];
  const wanted: SideLabel[] = fault === undefined ? [] : [fault];
  if (spY !== undefined && stack.sp !== undefined) wanted.push({ y: spY - 7, text: `rsp ${tail(stack.sp)}`, className: 'mono b' });
  wanted.push({ y: -4, text: formatAddress(stack.mapped.end), className: 'mono' }, { y: column.heightPx - 12, text: formatAddress(stack.mapped.start), className: 'mono' });
  const absent = column.bands.filter(({ run }) => pages[run]?.isPresent === false).toSorted((a, b) => b.heightPx - a.heightPx)[0];
  if (absent !== undefined && absent.heightPx > 30) {
    wanted.push({ y: absent.topPx + 12, text: `${formatCount((absent.end - absent.start) / 4096n)} pages mapped,`, className: 'f2' }, { y: absent.topPx + 26, text: 'never touched', className: 'f2' });
  }
  return wanted.filter((label, i) => wanted.slice(0, i).every(({ y }) => Math.abs(y - label.y) >= LABEL_PX - 1));
}

function tail(address: Address): string {
  return formatAddress(address).slice(-9);
}

function bandWords(part: StackPages, outermost: number | undefined): string {
  if (!part.isPresent) return part.state === 'swapped' ? 'swapped out' : 'never touched';
  if (part.state === 'zero-page') return 'zero page';
  if (part.part === 'initial') return 'args, env, auxv';
  if (part.part === 'frames') return outermost === undefined ? 'in use' : outermost > 9999 ? 'frames' : `frames 0 to ${outermost}`;
  return 'written before';
}

function Usage({ stack }: { readonly stack: ThreadStack }) {
  const { usedBytes, mappedBytes, limitBytes } = stack;
  if (mappedBytes === undefined) return null;
  const whole = limitBytes ?? mappedBytes;
  const share = (bytes: bigint): string => `${whole === 0n ? 0 : Math.min(100, Number((bytes * 10_000n) / whole) / 100)}%`;
  // In tenths, rounded up: a stack in use is never at 0.
  const percent = usedBytes === undefined || whole === 0n ? undefined : Number((usedBytes * 1000n + whole - 1n) / whole) / 10;
  return (
    <div className="stk-usage">
      <div className="row"><b>Used</b><span className="grow" /><span data-testid="stack-used">{usedBytes === undefined ? 'not known' : formatSize(usedBytes)} of {limitBytes === undefined ? 'no limit' : formatSize(limitBytes)}{percent === undefined ? '' : `, ${percent} %`}</span></div>
      <div className="stk-meter" role="meter" aria-label="Stack in use" aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent ?? 0}><i className="mapped" style={{ width: share(mappedBytes) }} />{usedBytes === undefined ? null : <i className="used" style={{ width: share(usedBytes) }} />}</div>
      <div className="f2">solid in use, pale mapped ({formatSize(mappedBytes)})</div>
      {stack.roomBytes === undefined ? null : <div className="f2">{formatSize(stack.roomBytes)} from rsp to the limit</div>}
      {stack.foreign ? <div className="warn">rsp is not on the thread’s own stack</div> : null}
    </div>
  );
}

const LEGEND = ['parameter', 'local', 'saved-register', 'return-address', 'canary', 'padding'] as const;

function Legend() {
  return (
    <div className="stk-legend">
      <h3>Slots</h3>
      <div>
        {LEGEND.map((role) => {
          const look = SLOT_LOOKS[role];
          return <span key={role}><i className={look.isPlain ? 'plain' : ''} style={{ '--c': `var(${look.ink})` } as CSSProperties}>{look.letter}</i>{look.isPlain ? 'padding, unused' : look.name}</span>;
        })}
      </div>
    </div>
  );
}
