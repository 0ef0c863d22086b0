import { readWord, viewOf, type ReadBytes } from '../stack/read-bytes.ts';

/** `GNUCC++` and 0, or 1 for an exception that another one refers to (libstdc++, unwind-cxx.h: __gxx_primary_exception_class). */
const CLASSES: readonly bigint[] = [0x474e_5543_432b_2b00n, 0x474e_5543_432b_2b01n, 0x434c_4e47_432b_2b00n, 0x434c_4e47_432b_2b01n];
/**
 * struct __cxa_exception (Itanium C++ ABI, 2.2.1; libstdc++ unwind-cxx.h), the thrown object right behind it:
 *
 *     type, destructor, handlers (2), next, counts, action, lsda, catch, adjusted ── unwind header (class, cleanup, 2 words) ── object
 *     −112                                                                          −32                                        0
 */
const UNWIND_BEFORE_OBJECT = 32n;
const TYPE_BEFORE_OBJECT = 112n;
const LONGEST_TEXT = 1024;
const DEEPEST_BASE = 16;

export interface ThrownObject {
  /** Where the object lies. */
  readonly object: bigint;
  /** Its type_info. */
  readonly typeInfo: bigint;
  /** Mangled, as type_info::name gives it: `St13runtime_error`. */
  readonly mangled: string;
  readonly text: string | undefined;
}

/** Finds the exception that std::terminate was called for: the words of the frames from abort to __cxa_throw point at it. */
export function findException(stack: Uint8Array, read: ReadBytes): ThrownObject | undefined {
  const view = viewOf(stack);
  const seen = new Set<bigint>();
  for (let at = 0; at + 8 <= stack.length; at += 8) {
    const word = view.getBigUint64(at, true);
    if (word < 0x1000n || word >= 1n << 47n || word % 8n !== 0n || seen.has(word)) continue;
    seen.add(word);
    // What points there is the object, its unwind header or the beginning of its record.
    for (const object of [word, word + UNWIND_BEFORE_OBJECT, word + TYPE_BEFORE_OBJECT, word + TYPE_BEFORE_OBJECT + 16n]) {
      const found = exceptionAt(object, read);
      if (found) return found;
    }
  }
  return undefined;
}

function exceptionAt(object: bigint, read: ReadBytes): ThrownObject | undefined {
  const cls = readWord(read, object - UNWIND_BEFORE_OBJECT);
  if (cls === undefined || !CLASSES.includes(cls)) return undefined;
  const typeInfo = readWord(read, object - TYPE_BEFORE_OBJECT);
  const mangled = typeInfo === undefined ? undefined : typeName(typeInfo, read);
  if (typeInfo === undefined || mangled === undefined) return undefined;
  return { object, typeInfo, mangled, text: textOf(object, typeInfo, mangled, read) };
}

/** type_info: its virtual table, then its name. Names of types with internal linkage begin with `*`. */
function typeName(typeInfo: bigint, read: ReadBytes): string | undefined {
  const name = readWord(read, typeInfo + 8n);
  const text = name === undefined ? undefined : readText(name, read);
  return text !== undefined && /^\*?[\w$.]+$/.test(text) ? text.replace(/^\*/, '') : undefined;
}

/** Library exceptions that keep their message as one pointer right behind the virtual table (libstdc++, <stdexcept>: __cow_string). */
const WITH_MESSAGE = /^(?:St13runtime_error|St11logic_error)$/;
const FIXED: ReadonlyMap<string, string> = new Map([
  ['St9bad_alloc', 'std::bad_alloc'], ['St8bad_cast', 'std::bad_cast'], ['St10bad_typeid', 'std::bad_typeid'], ['St20bad_array_new_length', 'std::bad_array_new_length'],
  ['St9exception', 'std::exception'], ['St17bad_function_call', 'bad_function_call'],
]);
const STRING = 'NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE';

function textOf(object: bigint, typeInfo: bigint, mangled: string, read: ReadBytes): string | undefined {
  const fixed = FIXED.get(mangled);
  if (fixed !== undefined) return fixed;
  if (mangled === 'PKc' || mangled === 'Pc') return readText(readWord(read, object) ?? 0n, read);
  if (mangled === STRING) {
    const length = readWord(read, object + 8n) ?? 0n;
    const bytes = length > BigInt(LONGEST_TEXT) ? undefined : read(readWord(read, object) ?? 0n, Number(length));
    return bytes && new TextDecoder().decode(bytes);
  }
  const number = numberAt(object, mangled, read);
  if (number !== undefined) return number;
  return hasMessage(typeInfo, mangled, read) ? readText(readWord(read, object + 8n) ?? 0n, read) : undefined;
}

const NUMBER_BYTES: ReadonlyMap<string, number> = new Map([['i', 4], ['j', 4], ['l', 8], ['m', 8], ['x', 8], ['y', 8], ['s', 2], ['t', 2], ['b', 1]]);

function numberAt(object: bigint, mangled: string, read: ReadBytes): string | undefined {
  const size = NUMBER_BYTES.get(mangled);
  const bytes = size === undefined ? undefined : read(object, size);
  if (!bytes || size === undefined) return undefined;
  let value = 0n;
  for (let at = size - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return (['i', 'l', 'x', 's'].includes(mangled) ? BigInt.asIntN(size * 8, value) : value).toString();
}

/** Does the type derive, by single inheritance from its beginning on, from one with a message? A __si_class_type_info has its base's type_info behind its name (Itanium C++ ABI, 2.9.5). */
function hasMessage(typeInfo: bigint, mangled: string, read: ReadBytes): boolean {
  let [at, name]: [bigint, string | undefined] = [typeInfo, mangled];
  for (let depth = 0; depth < DEEPEST_BASE && name !== undefined; depth++) {
    if (WITH_MESSAGE.test(name)) return true;
    const base = readWord(read, at + 16n);
    if (base === undefined || base < 0x1000n || base >= 1n << 47n) return false;
    [at, name] = [base, typeName(base, read)];
  }
  return false;
}

/** A NUL-terminated text; undefined when it is not one, or none can be read. */
export function readText(address: bigint, read: ReadBytes): string | undefined {
  const bytes: number[] = [];
  for (let at = address; bytes.length < LONGEST_TEXT; at++) {
    const byte = read(at, 1)?.[0];
    if (byte === undefined) return undefined;
    if (byte === 0) break;
    bytes.push(byte);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    // Not UTF-8: no text of ours.
    return undefined;
  }
}

const BUILTIN: ReadonlyMap<string, string> = new Map([
  ['v', 'void'], ['b', 'bool'], ['c', 'char'], ['a', 'signed char'], ['h', 'unsigned char'], ['s', 'short'], ['t', 'unsigned short'], ['i', 'int'], ['j', 'unsigned int'],
  ['l', 'long'], ['m', 'unsigned long'], ['x', 'long long'], ['y', 'unsigned long long'], ['f', 'float'], ['d', 'double'], ['e', 'long double'],
]);

/** A type's name from its mangled form, for the forms that are thrown: built-in types, pointers to them, names in namespaces. Others stay mangled. */
export function readableType(mangled: string): string {
  if (mangled === STRING) return 'std::string';
  const builtin = BUILTIN.get(mangled);
  if (builtin !== undefined) return builtin;
  if (mangled.startsWith('PK')) return `${readableType(mangled.slice(2))} const*`;
  if (mangled.startsWith('P')) return `${readableType(mangled.slice(1))}*`;
  const nested = /^N(.*)E$/.exec(mangled)?.[1] ?? mangled;
  const parts: string[] = [];
  let rest = nested;
  if (rest.startsWith('St')) {
    parts.push('std');
    rest = rest.slice(2);
  }
  while (rest !== '') {
    const length = /^\d+/.exec(rest)?.[0];
    const part = length === undefined ? '' : rest.slice(length.length, length.length + Number(length));
    if (length === undefined || part.length !== Number(length)) return mangled;
    parts.push(part === '_GLOBAL__N_1' ? '(anonymous namespace)' : part);
    rest = rest.slice(length.length + part.length);
  }
  return parts.length === 0 ? mangled : parts.join('::');
}
