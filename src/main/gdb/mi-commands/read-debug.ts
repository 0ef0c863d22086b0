import { toAddress } from '../../../shared/address/address.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import type { BreakpointInfo, BreakpointKind, BreakpointLocation, FrameInfo, SourcePlace, ThreadInfo } from '../../../shared/model/debug.ts';
import { CATCH_KINDS } from '../../../shared/model/run-control.ts';
import type { MiTuple } from '../mi-parser/mi-record.ts';
import { addressOf, integerOf, listOf, MalformedReply, optionalInteger, optionalText, optionalTuple, parseHex, textOf, tuplesIn } from './read-reply.ts';

/** `frame={level="0",addr="0x…",func="main",args=[…],file="a.c",fullname="/src/a.c",line="7",arch="i386:x86-64"}`; `from` instead of a file for libraries. */
export function readFrame(tuple: MiTuple): FrameInfo {
  return {
    level: optionalInteger(tuple, 'level') ?? 0,
    pc: addressOf(tuple, 'addr'),
    function: optionalText(tuple, 'func'),
    modulePath: optionalText(tuple, 'from'),
    source: readSource(tuple),
  };
}

function readSource(tuple: MiTuple): SourcePlace | undefined {
  const line = optionalInteger(tuple, 'line');
  const file = optionalText(tuple, 'file') ?? optionalText(tuple, 'filename');
  return line === undefined || file === undefined ? undefined : { file, fullName: optionalText(tuple, 'fullname'), line };
}

/** `{id="1",target-id="Thread 0x7f… (LWP 812)",name="worker",frame={…},state="stopped",core="1"}` */
export function readThread(tuple: MiTuple): ThreadInfo {
  const targetId = textOf(tuple, 'target-id');
  const tid = /\bLWP (\d+)/.exec(targetId) ?? /^process (\d+)/.exec(targetId);
  if (tid === null) throw new MalformedReply(`no thread number in ${targetId}`);
  const state = textOf(tuple, 'state');
  if (state !== 'stopped' && state !== 'running') throw new MalformedReply(`thread state ${state}`);
  const frame = optionalTuple(tuple, 'frame');
  return { id: integerOf(tuple, 'id'), tid: Number(tid[1]), name: optionalText(tuple, 'name') ?? '', state, frame: frame && readFrame(frame) };
}

const kinds = new Map<string, BreakpointKind>([
  ['breakpoint', 'software'], ['dprintf', 'software'], ['hw breakpoint', 'hardware'], ['watchpoint', 'watch-software'], ['hw watchpoint', 'watch-write'],
  ['read watchpoint', 'watch-read'], ['acc watchpoint', 'watch-access'], ['catchpoint', 'catch'],
]);

/**
 * `bkpt={number="1",type="breakpoint",disp="keep",enabled="y",addr="0x…",func=…,original-location="main",times="0"}`; with several places addr is `<MULTIPLE>` and
 * `locations=[{number="1.1",enabled="y",addr=…}]`; without any, `<PENDING>` and `pending="what was asked"`.
 */
export function readBreakpoint(tuple: MiTuple): BreakpointInfo {
  const address = optionalText(tuple, 'addr') ?? '';
  const enabled = textOf(tuple, 'enabled') === 'y';
  const own = parseHex(address);
  const locations: BreakpointLocation[] = own === undefined ? [] : [readLocation(tuple, true)].flat();
  if (tuple.get('locations') !== undefined) locations.push(...tuplesIn(listOf(tuple, 'locations')).flatMap((location) => readLocation(location, optionalText(location, 'enabled') === 'y')));
  const type = textOf(tuple, 'type');
  // `catch throw` and its kin are breakpoints inside the C++ library, and gdb says so.
  const catchType = optionalText(tuple, 'catch-type');
  const kind = catchType === undefined ? (kinds.get(type) ?? 'other') : 'catch';
  const what = optionalText(tuple, 'original-location') ?? optionalText(tuple, 'pending') ?? optionalText(tuple, 'what') ?? '';
  return {
    number: textOf(tuple, 'number'),
    kind,
    enabled,
    temporary: optionalText(tuple, 'disp') === 'del',
    original: catchType === undefined ? what : catchWords(catchType, what),
    condition: optionalText(tuple, 'cond'),
    ignoreCount: optionalInteger(tuple, 'ignore') ?? 0,
    hits: optionalInteger(tuple, 'times') ?? 0,
    threadId: optionalInteger(tuple, 'thread'),
    catching: catchType === undefined ? undefined : (CATCH_KINDS.find((known) => known === catchType) ?? 'other'),
    watched: type.endsWith('watchpoint') ? watchedRange(what) : undefined,
    pending: address === '<PENDING>',
    locations,
  };
}

/** gdb's `what` of a fork is the last child, of an exec the last program, of an exception a sentence: not what was asked for. */
function catchWords(catchType: string, what: string): string {
  return (catchType === 'signal' || catchType === 'syscall') && what !== '' ? `${catchType} ${what}` : catchType;
}

/** How bytes at a fixed address are written for gdb: as C that needs no symbols. */
export function rangeExpression({ start, end }: AddressRange): string {
  return `*(unsigned char (*)[${end - start}]) 0x${start.toString(16)}`;
}

/** The bytes of what `rangeExpression` wrote. */
function watchedRange(expression: string): AddressRange | undefined {
  const match = /^\*\(unsigned char \(\*\)\[(\d{1,6})\]\) (0x[0-9a-f]{1,16})$/.exec(expression);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const start = BigInt(match[2]);
  return { start: toAddress(start), end: toAddress(start + BigInt(match[1])) };
}

function readLocation(tuple: MiTuple, enabled: boolean): BreakpointLocation[] {
  const address = parseHex(textOf(tuple, 'addr'));
  // A location whose library is unloaded has no address.
  return address === undefined ? [] : [{ address, function: optionalText(tuple, 'func'), source: readSource(tuple), enabled }];
}
