import { readFile } from 'node:fs/promises';

/**
 * The user who owns the other end of a loopback connection, from the kernel's socket table; undefined when it can't be told.
 *
 * A line of /proc/net/tcp (Documentation/networking/proc_net_tcp.rst): `sl local_address rem_address st tx:rx tr:tm retrnsmt uid …`, ports in hex after the colon.
 * @param peerPort the other end's own port
 * @param ourPort the port it is connected to
 */
export async function loopbackPeerUid(peerPort: number, ourPort: number): Promise<number | undefined> {
  for (const table of ['/proc/self/net/tcp', '/proc/self/net/tcp6']) {
    const text = await readFile(table, 'latin1').catch(() => '');
    const uid = findUid(text, peerPort, ourPort);
    if (uid !== undefined) return uid;
  }
  return undefined;
}

/** The same from the table's text. */
export function findUid(table: string, peerPort: number, ourPort: number): number | undefined {
  for (const line of table.split('\n')) {
    const [, local, remote, , , , , uid] = line.trim().split(/\s+/);
    if (portOf(local) === peerPort && portOf(remote) === ourPort && uid !== undefined && /^\d+$/.test(uid)) return Number(uid);
  }
  return undefined;
}

function portOf(address: string | undefined): number {
  return Number.parseInt(address?.split(':')[1] ?? '', 16);
}
