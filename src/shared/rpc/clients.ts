import { ChannelClient } from './channel-client.ts';
import { ChannelServer, type ChannelOptions } from './channel-server.ts';
import { createPortPair } from './port-pair.ts';
import type { Port } from './port.ts';
import type { Clients, HandlerSet } from './services.ts';

export interface Connection {
  readonly clients: Clients;
  /** pendingCount, onIdle, onClosed, close. */
  readonly channel: ChannelClient;
}

/** All services as seen over a port. */
export function createClients(port: Port, options: ChannelOptions = {}): Connection {
  const channel = new ChannelClient(port, options);
  return {
    channel,
    clients: {
      processes: channel.service('processes'),
      sessions: channel.service('sessions'),
      map: channel.service('map'),
      memory: channel.service('memory'),
      pages: channel.service('pages'),
      locate: channel.service('locate'),
      debug: channel.service('debug'),
      search: channel.service('search'),
      symbols: channel.service('symbols'),
      code: channel.service('code'),
      stack: channel.service('stack'),
      explain: channel.service('explain'),
      labs: channel.service('labs'),
      terminals: channel.service('terminals'),
    },
  };
}

/** All services of this process, through the same codec and channel as the windows use. Close `channel` when done. */
export function localClients(handlers: HandlerSet, options: ChannelOptions = {}): Connection {
  const [near, far] = createPortPair();
  // Lives as long as its port.
  void new ChannelServer(far, handlers, options);
  return createClients(near, options);
}
