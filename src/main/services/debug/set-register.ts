import { formatAddress, toAddress } from '../../../shared/address/address.ts';
import type { RegisterValue } from '../../../shared/model/debug.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { Session } from '../../session/session.ts';
import type { RegisterRequest } from '../../target/debugger-control.ts';

/** Writes a register and answers with all of the frame's. Asks back before a write that the program would die of. */
export async function setRegister(
  session: Session, params: RegisterRequest & { readonly confirmed?: boolean | undefined },
): Promise<{ readonly generation: number; readonly registers: readonly RegisterValue[] }> {
  const held = session.debugger('write its registers', 'stopped');
  const { threadId, frameLevel, name, value } = params;
  if (params.confirmed !== true && typeof value === 'bigint') await askBack(session, name, value);
  await held.control.setRegister({ threadId, frameLevel, name, value });
  const { generation } = session.state;
  return { generation, registers: await held.registers(threadId, frameLevel, typeof value === 'bigint' ? 'plain' : undefined) };
}

async function askBack(session: Session, name: string, value: bigint): Promise<void> {
  if (name !== 'rip' && name !== 'rsp') return;
  const { picture: { regions } } = await session.picture();
  const region = regions.regionAt(toAddress(value));
  const mapped = region !== undefined && !isUnmappedKind(region.kind);
  const fits = mapped && (name === 'rip' ? region.perms.includes('x') : region.perms.includes('w'));
  if (fits) return;
  throw new VmatlasError({
    code: 'needs-confirmation',
    message: name === 'rip' ? 'The program cannot execute there; it would be killed by its next instruction.' : 'The program cannot write there; it would be killed as soon as it uses its stack.',
    evidence: `${formatAddress(toAddress(value))} is ${mapped ? `${region.perms} ${region.label}` : 'not mapped'}`,
  });
}
