import { z } from 'zod';
import { MAPPED_KINDS } from '../../../shared/model/region.ts';
import { MAX_PATTERN_BYTES, TEXT_ENCODINGS } from '../../../shared/model/search.ts';
import { address, endAddress, sessionId } from '../validate.ts';

/** More ranges than a process can have mappings (vm.max_map_count is 65530 by default). */
const MOST_RANGES = 65_536;
const INT64_LEAST = -(1n << 63n);
const UINT64_MOST = (1n << 64n) - 1n;

const bytes = z.instanceof(Uint8Array).refine((value) => value.length >= 1 && value.length <= MAX_PATTERN_BYTES, `must be 1 to ${MAX_PATTERN_BYTES} bytes`);
const notNaN = z.number().or(z.literal([Infinity, -Infinity]));
const ordered = ({ low, high }: { readonly low: number | bigint; readonly high: number | bigint }): boolean => low <= high;

export const searchPattern = z.discriminatedUnion('type', [
  z.object({ type: z.literal('bytes'), bytes, mask: bytes })
    .refine((pattern) => pattern.bytes.length === pattern.mask.length, { path: ['mask'], message: 'must be as long as the bytes' })
    .refine((pattern) => pattern.mask.some((bits) => bits !== 0), { path: ['mask'], message: 'must ask for at least one bit' }),
  z.object({ type: z.literal('text'), text: z.string().min(1).max(MAX_PATTERN_BYTES / 4), encoding: z.enum(TEXT_ENCODINGS), ignoreCase: z.boolean() }),
  z.object({ type: z.literal('regex'), source: z.string().min(1).max(MAX_PATTERN_BYTES).refine(isExpression, 'is no regular expression'), ignoreCase: z.boolean() }),
  z.object({
    type: z.literal('integer'), widthBits: z.literal([8, 16, 32, 64]), signed: z.boolean(), bigEndian: z.boolean(), low: z.bigint().min(INT64_LEAST).max(UINT64_MOST),
    high: z.bigint().min(INT64_LEAST).max(UINT64_MOST),
  })
    .refine(ordered, { path: ['high'], message: 'must not be below "low"' })
    .refine(({ widthBits, signed, low, high }) => {
      const width = BigInt(widthBits);
      return signed ? low >= -(1n << (width - 1n)) && high < 1n << (width - 1n) : low >= 0n && high < 1n << width;
    }, { path: ['low'], message: 'must fit into the width' }),
  z.object({ type: z.literal('float'), widthBits: z.literal([16, 32, 64]), bigEndian: z.boolean(), low: notNaN, high: notNaN }).refine(ordered, { path: ['high'], message: 'must not be below "low"' }),
  z.object({ type: z.literal('pointer'), start: address, end: endAddress }).refine(({ start, end }) => start < end, { path: ['end'], message: 'must be above "start"' }),
]);

export const searchScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('readable') }),
  z.object({ kind: z.literal('kinds'), kinds: z.array(z.enum(MAPPED_KINDS)).min(1).max(MAPPED_KINDS.length) }),
  z.object({ kind: z.literal('ranges'), ranges: z.array(z.object({ start: address, end: endAddress })).min(1).max(MOST_RANGES) }),
]);

export const refineCondition = z.discriminatedUnion('type', [
  z.object({ type: z.literal(['changed', 'unchanged', 'increased', 'decreased']) }),
  z.object({ type: z.literal('fits'), pattern: searchPattern }),
]);

export const searchId = z.string().min(1).max(64);
export const ofSearch = z.object({ sessionId, searchId });
export const limit = z.int().min(1).max(16_777_216);
/** Powers of two: the only alignments that are any. */
export const align = z.literal([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]);

function isExpression(source: string): boolean {
  try {
    return new RegExp(source, 's').source !== '';
  } catch {
    return false; // the message says what is wrong
  }
}
