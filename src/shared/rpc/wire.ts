import { ERROR_CODES, VmatlasError, errorFacts, type ErrorCode, type ErrorFacts } from '../model/errors.ts';
import { decodeValue, encodeValue } from './codec.ts';
import type { Progress } from './contract.ts';

/**
 * The messages of the channel. Each is an array, its first element the tag; a trailing `undefined` (no parameters, no result, no payload) is left out.
 *
 *   client → server                                        server → client
 *   [0, version]                       hello               [0, version]            hello, in answer to the client's
 *   [1, id, service, method, params]   call                [1, id, value]          result
 *   [2, id]                            cancel              [2, id, facts]          error
 *   [3, id, service, event]            subscribe           [3, id, progress]       progress
 *   [4, id]                            unsubscribe         [4, id, payload]        event
 *                                                          [5, id, facts]          subscription refused
 *                                                          [6, facts]              a message was not understood
 *
 * Ids are chosen by the client, calls and subscriptions from one counter. Version 1: all of the above.
 */
export const PROTOCOL_VERSION = 1;

export type ClientMessage =
  | { readonly kind: 'hello'; readonly version: number }
  | { readonly kind: 'call'; readonly id: number; readonly service: string; readonly method: string; readonly params: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'subscribe'; readonly id: number; readonly service: string; readonly event: string }
  | { readonly kind: 'unsubscribe'; readonly id: number };

export type ServerMessage =
  | { readonly kind: 'hello'; readonly version: number }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly facts: ErrorFacts }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'event'; readonly id: number; readonly payload: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly facts: ErrorFacts }
  | { readonly kind: 'not-understood'; readonly facts: ErrorFacts };

/** What could not be understood. `id` is the call it belongs to, where that much could be read. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly id: number | undefined;
  readonly facts: ErrorFacts;
}

/** Throws TypeError when parameters are not plain data. */
export function encodeClientMessage(message: ClientMessage): Uint8Array<ArrayBuffer> {
  switch (message.kind) {
    case 'hello':
      return encodeValue([0, message.version]);
    case 'call':
      return encodeValue(withTail([1, message.id, message.service, message.method], message.params));
    case 'cancel':
      return encodeValue([2, message.id]);
    case 'subscribe':
      return encodeValue([3, message.id, message.service, message.event]);
    case 'unsubscribe':
      return encodeValue([4, message.id]);
  }
}

/** Throws TypeError when a result or payload is not plain data. */
export function encodeServerMessage(message: ServerMessage): Uint8Array<ArrayBuffer> {
  switch (message.kind) {
    case 'hello':
      return encodeValue([0, message.version]);
    case 'result':
      return encodeValue(withTail([1, message.id], message.value));
    case 'error':
      return encodeValue([2, message.id, message.facts]);
    case 'progress':
      return encodeValue([3, message.id, message.progress]);
    case 'event':
      return encodeValue(withTail([4, message.id], message.payload));
    case 'refused':
      return encodeValue([5, message.id, message.facts]);
    case 'not-understood':
      return encodeValue([6, message.facts]);
  }
}

export function parseClientMessage(bytes: Uint8Array): ClientMessage | Malformed {
  const decoded = decodeParts(bytes);
  if (decoded.kind === 'malformed') return decoded;
  const [tag, id, name, member] = decoded.parts;
  if (tag === 0) return typeof id === 'number' ? { kind: 'hello', version: id } : malformed('a hello without a version');
  if (!isId(id)) return malformed('a message without an id');
  if (tag === 2) return { kind: 'cancel', id };
  if (tag === 4) return { kind: 'unsubscribe', id };
  if (tag !== 1 && tag !== 3) return malformed(`a message with the unknown tag ${describe(tag)}`, id);
  if (typeof name !== 'string' || typeof member !== 'string') return malformed('a message whose service or member is not a text', id);
  return tag === 1 ? { kind: 'call', id, service: name, method: member, params: decoded.parts[4] } : { kind: 'subscribe', id, service: name, event: member };
}

export function parseServerMessage(bytes: Uint8Array): ServerMessage | Malformed {
  const decoded = decodeParts(bytes);
  if (decoded.kind === 'malformed') return decoded;
  const [tag, id, tail] = decoded.parts;
  if (tag === 0) return typeof id === 'number' ? { kind: 'hello', version: id } : malformed('a hello without a version');
  if (tag === 6) return { kind: 'not-understood', facts: readFacts(id) };
  if (!isId(id)) return malformed('a message without an id');
  switch (tag) {
    case 1:
      return { kind: 'result', id, value: tail };
    case 2:
      return { kind: 'error', id, facts: readFacts(tail) };
    case 3: {
      const progress = readProgress(tail);
      return progress ? { kind: 'progress', id, progress } : malformed('a progress report that is none', id);
    }
    case 4:
      return { kind: 'event', id, payload: tail };
    case 5:
      return { kind: 'refused', id, facts: readFacts(tail) };
    default:
      return malformed(`a message with the unknown tag ${describe(tag)}`, id);
  }
}

export function malformed(evidence: string, id?: number): Malformed {
  return { kind: 'malformed', id, facts: { code: 'malformed-input', message: 'A message of the connection could not be understood.', evidence } };
}

/** Rebuilds the error on the receiving side; `cause` points at where the call was made. */
export function errorFromFacts(facts: ErrorFacts, callSite?: Error): VmatlasError {
  return new VmatlasError(facts, callSite === undefined ? undefined : { cause: callSite });
}

function decodeParts(bytes: Uint8Array): { readonly kind: 'parts'; readonly parts: readonly unknown[] } | Malformed {
  try {
    const parts = decodeValue(bytes);
    return Array.isArray(parts) ? { kind: 'parts', parts } : malformed('a message that is not an array');
  } catch (error) {
    return { kind: 'malformed', id: undefined, facts: errorFacts(error) };
  }
}

function withTail(head: unknown[], tail: unknown): unknown[] {
  return tail === undefined ? head : [...head, tail];
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function readFacts(value: unknown): ErrorFacts {
  const fields = isRecord(value) ? value : {};
  const { code, message, evidence, remedy } = fields;
  if (!isErrorCode(code) || typeof message !== 'string') {
    return { code: 'internal', message: 'The other side failed and its words could not be understood.', evidence: describe(code) };
  }
  return { code, message, ...(typeof evidence === 'string' ? { evidence } : {}), ...(typeof remedy === 'string' ? { remedy } : {}) };
}

function readProgress(value: unknown): Progress | undefined {
  if (!isRecord(value)) return undefined;
  const { done, total, words } = value;
  if (typeof done !== 'number' || typeof words !== 'string' || (total !== undefined && typeof total !== 'number')) return undefined;
  return { done, total, words };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isErrorCode(value: unknown): value is ErrorCode {
  return ERROR_CODES.some((code) => code === value);
}

function describe(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : typeof value;
}
