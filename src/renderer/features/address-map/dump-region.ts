import { formatPlainAddress } from '../../../shared/address/address.ts';
import { rangeSize, type AddressRange } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { errorFacts } from '../../../shared/model/errors.ts';
import type { AppState } from '../../state/app-state.ts';
import { tell } from './tell.ts';

/** Where a dump goes unless the user says otherwise: a file of its own on the machine of the process. */
export function dumpPath(app: AppState, range: AddressRange): string {
  const target = app.session.getState().session?.target;
  return `/tmp/${(target?.name ?? 'process').replaceAll(/[^\w.-]+/g, '_')}-${target?.pid ?? 0}-${formatPlainAddress(range.start).slice(2)}.bin`;
}

/** Writes the bytes of a range into a file on the host and says how that went. What can't be read is written as `fill`, or ends the dump. */
export async function dumpRange(app: AppState, range: AddressRange, path: string, fill: number | undefined): Promise<void> {
  const { session } = app.session.getState();
  if (!session) return;
  try {
    const { writtenBytes, filledBytes } = await app.clients.memory.dump({ sessionId: session.sessionId, start: range.start, lengthBytes: rangeSize(range), path, fill });
    tell(app, 'info', `${formatSize(writtenBytes)} written to ${path}${filledBytes > 0n ? `, ${formatSize(filledBytes)} of them could not be read and are zeros` : ''}.`);
  } catch (error) {
    const facts = errorFacts(error);
    const { notices } = app.session.getState();
    const id = 1 + notices.reduce((most, notice) => Math.max(most, notice.id), 0);
    app.session.setState({ notices: [...notices, { id, tone: 'error', facts }] });
  }
}
