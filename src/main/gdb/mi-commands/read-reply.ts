import { toAddress } from '../../../shared/address/address.ts';
import type { Address } from '../../../shared/address/address.ts';
import type { MiList, MiTuple, MiValue } from '../mi-parser/mi-record.ts';

/** A reply that is MI but not what the command's answer must look like. The connection turns it into `mi-malformed`. */
export class MalformedReply extends Error {}

export function textOf(tuple: MiTuple, name: string): string {
  const value = tuple.get(name);
  if (typeof value !== 'string') throw new MalformedReply(`no text ${name}`);
  return value;
}

export function optionalText(tuple: MiTuple, name: string): string | undefined {
  const value = tuple.get(name);
  if (value !== undefined && typeof value !== 'string') throw new MalformedReply(`${name} is not text`);
  return value;
}

export function tupleOf(tuple: MiTuple, name: string): MiTuple {
  return asTuple(tuple.get(name), name);
}

export function optionalTuple(tuple: MiTuple, name: string): MiTuple | undefined {
  const value = tuple.get(name);
  return value === undefined ? undefined : asTuple(value, name);
}

export function listOf(tuple: MiTuple, name: string): MiList {
  const value = tuple.get(name);
  if (value === undefined || typeof value === 'string' || value.kind !== 'list') throw new MalformedReply(`no list ${name}`);
  return value;
}

/** The tuples of a list, whether gdb wrote names before them (`[frame={…},frame={…}]`) or not. */
export function tuplesIn(list: MiList): MiTuple[] {
  return list.values.map((value, at) => asTuple(value, `item ${at}`));
}

export function textsIn(list: MiList): string[] {
  return list.values.map((value) => {
    if (typeof value !== 'string') throw new MalformedReply('a list item is not text');
    return value;
  });
}

export function integerOf(tuple: MiTuple, name: string): number {
  return parseInteger(textOf(tuple, name), name);
}

export function optionalInteger(tuple: MiTuple, name: string): number | undefined {
  const text = optionalText(tuple, name);
  return text === undefined ? undefined : parseInteger(text, name);
}

export function addressOf(tuple: MiTuple, name: string): Address {
  const text = textOf(tuple, name);
  const address = parseHex(text);
  if (address === undefined) throw new MalformedReply(`${name} is no address: ${text}`);
  return address;
}

/** `0x…` as gdb prints it; undefined for anything else, such as `<PENDING>`. */
export function parseHex(text: string): Address | undefined {
  return /^0x[0-9a-f]{1,16}$/.test(text) ? toAddress(BigInt(text)) : undefined;
}

function asTuple(value: MiValue | undefined, name: string): MiTuple {
  if (value === undefined || typeof value === 'string' || value.kind !== 'tuple') throw new MalformedReply(`no tuple ${name}`);
  return value;
}

function parseInteger(text: string, name: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new MalformedReply(`${name} is no integer: ${text}`);
  return Number(text);
}
