import { ChevronDown, ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { formatAddress, type Address } from '../../../shared/address/address.ts';
import { errorFacts } from '../../../shared/model/errors.ts';
import type { StackFrame } from '../../../shared/model/stack.ts';
import { placeWords } from '../../kernels/stack-frames/slot-places.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { shortValue } from './slot-look.ts';
import { followPointer, MOVED_BY, useAnswer, useStackContext, useStackData } from './use-stack.ts';

/** Fields or elements asked for at once. */
const CHILDREN = 100;

interface Variable {
  readonly name: string;
  readonly type: string | undefined;
  readonly value: string | undefined;
  readonly start: Address | undefined;
  readonly pointsTo: Address | undefined;
  readonly opensWith: string | undefined;
  readonly place: string;
  readonly isChanged: boolean;
  readonly was: string | undefined;
}

/** Arguments and locals of the frame, with and without bytes of their own; structs, classes and arrays open. */
export function LocalsTable({ frame, storage }: { readonly frame: StackFrame; readonly storage: StackFrame | undefined }) {
  const { picture } = useStackData();
  const variables = useMemo(() => variablesOf(frame, storage, picture?.frames.get(frame.level + 1)), [frame, storage, picture]);
  if (variables.length === 0) return null;
  return (
    <>
      <h3>Locals of frame {frame.level}</h3>
      <table className="stk-lt" aria-label={`Locals of frame ${frame.level}`}>
        <thead><tr><th>Name</th><th>Type</th><th>Value</th><th>At</th></tr></thead>
        <tbody>{variables.map((variable, i) => <VariableRows key={`${i} ${variable.name}`} variable={variable} frame={frame} level={frame.level} depth={0} />)}</tbody>
      </table>
    </>
  );
}

function variablesOf(frame: StackFrame, storage: StackFrame | undefined, caller: StackFrame | undefined): Variable[] {
  // A parameter that was passed on the stack lies in the caller's frame, an inlined function's variables in its storage frame.
  const slots = [...(storage?.slots ?? []), ...(caller !== undefined && caller !== storage ? caller.slots : [])].filter(({ role, ofLevel, start }) =>
    (role === 'local' || role === 'parameter') && (ofLevel === undefined ? frame === storage && start < frame.high : ofLevel === frame.level));
  const seen = new Set<string>();
  const placed = slots.toReversed().flatMap((slot): Variable[] => {
    // Parts of one variable that another one lies over are one row.
    const key = `${slot.name} ${slot.opensWith ?? ''} ${slot.value ?? ''}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{
      name: slot.name ?? '', type: slot.type, value: slot.value, start: slot.start, pointsTo: slot.pointsTo, opensWith: slot.opensWith, place: placeWords(slot.start, frame.framePointer, frame.sp),
      isChanged: slot.change?.changed === true, was: slot.change?.before,
    }];
  });
  return [...placed, ...frame.unstored.map((one): Variable => ({
    name: one.name, type: one.type, value: one.value, start: one.address, pointsTo: undefined, opensWith: one.opensWith, place: one.where === 'register' ? one.register ?? 'register' : one.where === 'elsewhere' ? one.words : one.where,
    isChanged: false, was: undefined,
  }))];
}

function VariableRows({ variable, frame, level, depth }: { readonly variable: Variable; readonly frame: StackFrame; readonly level: number; readonly depth: number }) {
  const app = useApp();
  const { data } = useStackContext();
  const [isOpen, setIsOpen] = useState(false);
  const { start, pointsTo, opensWith } = variable;
  const value = shortValue(variable.value ?? '');
  return (
    <>
      <tr className={variable.isChanged ? 'changed' : ''} data-variable={variable.name}>
        <td style={{ paddingLeft: depth * 12 }}>
          {opensWith === undefined ? <span className="stk-tw" /> : <button type="button" className="stk-tw" aria-expanded={isOpen} aria-label={`${isOpen ? 'Close' : 'Open'} ${variable.name}`} onClick={() => setIsOpen(!isOpen)}>{isOpen ? <ChevronDown className="ico xs" /> : <ChevronRight className="ico xs" />}</button>}
          {start === undefined ? variable.name : <button type="button" title={`Go to ${formatAddress(start)}`} onClick={() => app.cursor.goTo(start, `${MOVED_BY}-card`)}>{variable.name}</button>}
        </td>
        <td className="f2" title={variable.type}>{variable.type ?? ''}</td>
        <td title={variable.was === undefined ? variable.value : `was ${variable.was}`} className={variable.isChanged ? 'chg' : ''}>
          {pointsTo === undefined ? value : <button type="button" className="lk" onClick={() => followPointer(app, data, pointsTo)}>{value}</button>}
        </td>
        <td className="f2" title={start === undefined ? undefined : formatAddress(start)}>{variable.place}</td>
      </tr>
      {isOpen && opensWith !== undefined ? <Children expression={opensWith} frame={frame} level={level} depth={depth + 1} /> : null}
    </>
  );
}

function Children({ expression, frame, level, depth }: { readonly expression: string; readonly frame: StackFrame; readonly level: number; readonly depth: number }) {
  const { clients } = useApp();
  const { picture } = useStackData();
  const sessionId = useSession((view) => view.session?.sessionId);
  const stopped = useSession((view) => view.session?.phase === 'stopped');
  const [count, setCount] = useState(CHILDREN);
  const threadId = picture?.threadId;
  const stopCount = picture?.generation;
  // oxlint-disable-next-line react/exhaustive-deps -- a new stop means a new answer
  const ask = useMemo(() => (sessionId === undefined || threadId === undefined || !stopped ? undefined : (signal: AbortSignal) => clients.stack.children({ sessionId, threadId, frameLevel: level, expression, from: 0, count }, { signal })), [clients, sessionId, threadId, level, expression, count, stopCount, stopped]);
  const { value, failure } = useAnswer(ask);
  const [answer, setAnswer] = useState(value);
  // Values of the last stop stay until the new ones are there.
  if (value !== undefined && value !== answer) setAnswer(value);
  if (failure !== undefined) return <tr><td colSpan={4} className="bad" style={{ paddingLeft: depth * 12 }}>{errorFacts(failure).message}</td></tr>;
  if (answer === undefined) return <tr><td colSpan={4} className="f3" style={{ paddingLeft: depth * 12 }}>reading…</td></tr>;
  return (
    <>
      {answer.children.map((child, i) => (
        <VariableRows
          key={`${i} ${child.name}`} frame={frame} level={level} depth={depth}
          variable={{ ...child, place: child.start === undefined ? '' : placeWords(child.start, frame.framePointer, frame.sp), isChanged: false, was: undefined }}
        />
      ))}
      {answer.total > answer.children.length && count < 1000 ? <tr><td colSpan={4} style={{ paddingLeft: depth * 12 }}><button type="button" className="lk" onClick={() => setCount(Math.min(1000, count * 4))}>{answer.total - answer.children.length} more</button></td></tr> : null}
    </>
  );
}
