import { runPortContract } from '../../main/testing/port-contract.ts';
import { createPortPair } from './port-pair.ts';

runPortContract('a pair in memory', async () => {
  const [client, server] = createPortPair();
  return { client, server, cut: undefined, dispose: () => client.close() };
});
