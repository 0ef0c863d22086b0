import { Zap } from 'lucide-react';
import type { ThreadStack } from '../../../shared/model/stack.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { rowOf, type FrameRows } from '../../kernels/stack-frames/frame-rows.ts';
import { ROW_PX } from '../../kernels/stack-frames/stack-blocks.ts';
import { faultIn, type FaultSite } from '../../state/fault-site.ts';
import { Addr } from '../../widgets/Addr.tsx';
import { useFault, useSession } from '../../widgets/app-context.tsx';
import { MOVED_BY, useShownStack } from './use-stack.ts';

/** Where the access failed that stopped the program, told from this stack: in its frames, its guard, or elsewhere. */
export function FaultNote() {
  const fault = useFault(({ site }) => site);
  const regions = useSession((view) => view.regions);
  const stack = useShownStack();
  if (fault === undefined) return null;
  const region = regions?.regionAt(fault.address);
  const isBelow = region !== undefined && region.perms === '' && region.end === stack?.mapped?.start;
  const where = (stack === undefined ? undefined : placeOnStack(stack, fault)) ?? (isBelow ? `is right below this stack, in the ${region.label}` : undefined);
  return (
    <div className="stk-note stk-fault" role="status" data-testid="stack-fault">
      <Zap className="ico s bad" aria-hidden="true" />
      <span><b className="bad">{fault.label}</b> the access to <Addr address={fault.address} movedBy={`${MOVED_BY}-fault`} /> <span className="f2">{where ?? `is not on this stack: ${region?.label ?? 'nothing is mapped there'}`}</span></span>
    </div>
  );
}

/** In words, where on a thread's stack; undefined when it is elsewhere. */
export function placeOnStack({ mapped, guard, limitAddress, sp }: ThreadStack, { address }: FaultSite): string | undefined {
  const fromSp = sp === undefined ? '' : address >= sp ? `, ${formatSize(address - sp)} above rsp` : `, ${formatSize(sp - address)} below rsp`;
  if (mapped !== undefined && address >= mapped.start && address < mapped.end) return `is on this stack${fromSp}`;
  if (guard !== undefined && address >= guard.start && address < guard.end) return `is in the guard below this stack${fromSp}`;
  const inRoom = mapped !== undefined && limitAddress !== undefined && address < mapped.start && address >= limitAddress;
  return inRoom ? `is in the room this stack has to grow${fromSp}` : undefined;
}

/** In the frame whose instruction made the access. */
export function FaultingFrame({ level }: { readonly level: number }) {
  const fault = useFault(({ site }) => site);
  if (fault === undefined || level !== 0) return null;
  return <span className="bad stk-faulting"><Zap className="ico xs" aria-hidden="true" />{fault.label} in here</span>;
}

/** Around the rows of a frame that the access hit. */
export function FaultOutline({ rows }: { readonly rows: FrameRows }) {
  const fault = useFault(({ site }) => site);
  if (fault === undefined || !faultIn(fault, rows.low, rows.high)) return null;
  const last = rowOf(rows, fault.address < rows.low ? rows.low : fault.address);
  const lastByte = fault.address + BigInt(fault.sizeBytes) - 1n;
  const first = rowOf(rows, lastByte >= rows.high ? rows.high - 1n : lastByte);
  if (last < first || first < 0) return null;
  return <div className="stk-hit" style={{ top: first * ROW_PX, height: (last - first + 1) * ROW_PX }}><b><Zap className="ico xs" aria-hidden="true" />{fault.label}</b></div>;
}
