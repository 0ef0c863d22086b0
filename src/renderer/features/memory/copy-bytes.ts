import type { Address } from '../../../shared/address/address.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import { formatRange } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { EXPORT_WORDS, exportText, type ExportFormat } from '../../../shared/analysis/bytes/export-bytes.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { AppState } from '../../state/app-state.ts';
import type { MemoryCache } from '../../state/memory-cache.ts';
import { Notices } from '../../state/notices.ts';

/** One read of the host. */
const MAX_READ_BYTES = 16 * 1024 * 1024;

/** All bytes of a range; what was not read refuses, because no format has a sign for it. */
export async function bytesOf(app: AppState, range: AddressRange | undefined): Promise<{ readonly bytes: Uint8Array; readonly start: bigint }> {
  const sessionId = app.session.getState().session?.sessionId;
  if (range === undefined || sessionId === undefined) throw new VmatlasError({ code: 'wrong-state', message: 'No byte is chosen.', remedy: 'Select bytes by dragging, or with Shift and the arrows.' });
  const lengthBytes = Number(range.end - range.start);
  if (lengthBytes > MAX_READ_BYTES) throw new VmatlasError({ code: 'invalid-argument', message: 'At most 16 MiB can be copied at once.', evidence: formatSize(lengthBytes) });
  const { ranges } = await app.clients.memory.read({ sessionId, start: range.start, lengthBytes, touchNotPresent: false });
  const bytes = new Uint8Array(lengthBytes);
  for (const part of ranges) {
    if (part.kind !== 'valid') throw new VmatlasError({ code: 'unreadable', message: 'Some of the chosen bytes were not read, so they cannot be copied.', evidence: `${part.kind} in ${formatRange(range)}` });
    bytes.set(part.bytes, Number(part.start - range.start));
  }
  return { bytes, start: range.start };
}

/** Copies a range in a format, and says so; a failure is told too. */
export async function copyAs(app: AppState, range: AddressRange | undefined, format: Exclude<ExportFormat, 'raw'>): Promise<void> {
  const notices = new Notices(app.session);
  try {
    const { bytes, start } = await bytesOf(app, range);
    await copyText(app, exportText(bytes, format, start), `${formatSize(bytes.length)} copied as ${EXPORT_WORDS[format].title}.`);
  } catch (error) {
    notices.error(error);
  }
}

/** Bytes in the cache as hex; `??` for those that were not read. At most 64 KiB. */
export function hexOf(range: AddressRange | undefined, memory: Pick<MemoryCache, 'byteAt'>): string {
  const parts: string[] = [];
  for (let at = range?.start ?? 0n; range !== undefined && at < range.end && parts.length < 65_536; at += 1n) {
    parts.push(memory.byteAt(at as Address)?.toString(16).padStart(2, '0') ?? '??');
  }
  return parts.join(' ');
}

/** Puts text on the clipboard and says so; a browser that refuses is told of. */
export async function copyText(app: AppState, text: string, words: string): Promise<void> {
  const notices = new Notices(app.session);
  try {
    await navigator.clipboard.writeText(text);
    notices.info(words);
  } catch (error) {
    notices.error(new VmatlasError({ code: 'permission-denied', message: 'The browser refused access to the clipboard.', evidence: String(error) }));
  }
}
