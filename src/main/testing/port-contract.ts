import { afterEach, describe, expect, it } from 'vitest';
import { VmatlasError } from '../../shared/model/errors.ts';
import { ChannelClient } from '../../shared/rpc/channel-client.ts';
import { ChannelServer } from '../../shared/rpc/channel-server.ts';
import { decodeValue, encodeValue } from '../../shared/rpc/codec.ts';
import type { Progress, ServiceClient } from '../../shared/rpc/contract.ts';
import type { Port } from '../../shared/rpc/port.ts';
import { PROTOCOL_VERSION } from '../../shared/rpc/wire.ts';
import { SAMPLE_ERROR, SampleService, type Sample } from './sample-service.ts';

/** A connected pair of ports and how to end what is under them. */
export interface PortPair {
  readonly client: Port;
  readonly server: Port;
  /** Ends the transport itself, as a crash of the other side would; neither port's `close` is called. Undefined where there is nothing to pull. */
  readonly cut: (() => void) | undefined;
  readonly dispose: () => void | Promise<void>;
}

/** The behaviour every transport must show: one test per promise of contract.ts and port.ts. */
export function runPortContract(name: string, makePair: () => Promise<PortPair>): void {
  const cleanUps: (() => void | Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  const pair = async (): Promise<PortPair> => {
    const made = await makePair();
    cleanUps.push(made.dispose);
    return made;
  };

  /** Both ends of a channel with the sample service on it. */
  const open = async (): Promise<{
    service: SampleService;
    sample: ServiceClient<Sample>;
    client: ChannelClient;
    server: ChannelServer;
    ports: PortPair;
    mistakes: unknown[];
  }> => {
    const ports = await pair();
    const service = new SampleService();
    const mistakes: unknown[] = [];
    const options = { reportError: (error: unknown) => mistakes.push(error) };
    const server = new ChannelServer(ports.server, { sample: service.handlers }, options);
    const client = new ChannelClient(ports.client, options);
    return { service, sample: client.service<Sample>('sample'), client, server, ports, mistakes };
  };

  /** Lets everything sent so far arrive: an answered call proves that what was sent before it has been handled. */
  const settled = async (sample: ServiceClient<Sample>): Promise<void> => {
    await sample.echo(0);
  };

  describe(`port: ${name}`, () => {
    it('delivers messages whole and in order, whatever their size', async () => {
      const { client, server } = await pair();
      const sizes = [0, 1, 100_000, 3, 2_000_000, 7];
      const seen: number[] = [];
      const all = new Promise<void>((resolve) => {
        server.onMessage((message) => {
          seen.push(message.byteLength);
          expect(message.every((byte) => byte === message.byteLength % 251)).toBe(true);
          if (seen.length === sizes.length) resolve();
        });
      });
      for (const size of sizes) client.send(new Uint8Array(size).fill(size % 251));
      await all;
      expect(seen).toEqual(sizes);
    });

    it('sends only the view, not the buffer under it', async () => {
      const { client, server } = await pair();
      const got = new Promise<Uint8Array>((resolve) => server.onMessage(resolve));
      client.send(Uint8Array.of(1, 2, 3, 4, 5).subarray(1, 3));
      expect([...(await got)]).toEqual([2, 3]);
    });

    it('keeps messages that come before anybody listens', async () => {
      const { client, server } = await pair();
      const order: number[] = [];
      const answered = new Promise<void>((resolve) => client.onMessage(() => resolve()));
      client.send(Uint8Array.of(1));
      client.send(Uint8Array.of(2));
      server.send(Uint8Array.of(0));
      await answered;
      await new Promise<void>((resolve) => {
        server.onMessage(([first]) => {
          order.push(first ?? -1);
          if (order.length === 2) resolve();
        });
      });
      expect(order).toEqual([1, 2]);
    });

    it('tells both ends once when one closes, after what was sent before', async () => {
      const { client, server } = await pair();
      const seen: string[] = [];
      server.onMessage(() => seen.push('message'));
      const serverClosed = new Promise<void>((resolve) => {
        server.onClose(() => {
          seen.push('closed');
          resolve();
        });
      });
      const clientClosed = new Promise<void>((resolve) => client.onClose(() => resolve()));
      client.send(Uint8Array.of(1));
      client.close();
      client.close();
      client.send(Uint8Array.of(2));
      await Promise.all([serverClosed, clientClosed]);
      expect(seen).toEqual(['message', 'closed']);
    });

    it('tells a late listener that the port has ended', async () => {
      const { client, server } = await pair();
      const closed = new Promise<void>((resolve) => server.onClose(() => resolve()));
      client.close();
      await closed;
      expect(await new Promise<string>((resolve) => client.onClose(resolve))).not.toBe('');
    });
  });

  describe(`channel over ${name}: calls`, () => {
    it('brings every kind of value there and back', async () => {
      const { sample } = await open();
      const value = {
        address: 1n << 64n, negative: -5n, number: 5, text: 'ä\u{1F600}', none: null, list: [true, [1n]],
        bytes: Uint8Array.of(1, 255), words: Uint16Array.of(65535), dwords: Uint32Array.of(4294967295), doubles: Float64Array.of(0.1, 2 ** 52),
      };
      expect(await sample.echo(value)).toStrictEqual(value);
    });

    it('brings a result of 16 MiB', async () => {
      const { sample } = await open();
      const bytes = new Uint8Array(16 * 1024 * 1024).map((_, i) => i * 7);
      const answer = await sample.echo(bytes);
      // toEqual walks sixteen million elements one by one.
      expect(answer instanceof Uint8Array && Buffer.compare(answer, bytes)).toBe(0);
    });

    it('answers undefined with undefined', async () => {
      const { sample } = await open();
      expect(await sample.nothing({})).toBeUndefined();
    });

    it('matches answers to calls that overlap', async () => {
      const { sample } = await open();
      expect(await Promise.all([1, 2, 3, 4].map((n) => (n % 2 === 0 ? sample.count({ to: n }) : sample.echo(n))))).toEqual([1, 2, 3, 4]);
    });

    it('keeps code, message, evidence and remedy of a typed error', async () => {
      const { sample } = await open();
      const error = await sample.fail({ how: 'typed' }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(VmatlasError);
      expect(error).toMatchObject(SAMPLE_ERROR);
      expect(error instanceof Error && error.cause instanceof Error && error.cause.stack).toContain('sample.fail was called here');
    });

    it('makes any other error internal, its text the evidence', async () => {
      const { sample } = await open();
      await expect(sample.fail({ how: 'plain' })).rejects.toMatchObject({ code: 'internal', evidence: expect.stringContaining('a plain mistake') });
    });

    it('fails a call whose result is not plain data', async () => {
      const { sample } = await open();
      await expect(sample.fail({ how: 'not-data' })).rejects.toMatchObject({ code: 'internal', evidence: expect.stringContaining('not plain data') });
    });

    it('fails a call whose parameters are not plain data, and goes on', async () => {
      const { sample, client } = await open();
      await expect(sample.echo(new Date(0))).rejects.toMatchObject({ code: 'internal' });
      expect(client.pendingCount).toBe(0);
      expect(await sample.echo(1)).toBe(1);
    });

    it.each([
      ['sample', 'missing'],
      ['missing', 'echo'],
      ['sample', 'constructor'],
      ['sample', 'hasOwnProperty'],
      ['constructor', 'echo'],
      ['__proto__', 'echo'],
    ])('knows no %s.%s', async (service, method) => {
      const { client } = await open();
      const stranger = client.service<{ calls: Record<string, (params: null) => null>; events: Record<never, never> }>(service);
      await expect(stranger[method]?.(null)).rejects.toMatchObject({ code: 'unknown-method', evidence: `${service}.${method}` });
    });

    it('reports progress in order, before the result', async () => {
      const { sample } = await open();
      const seen: Progress[] = [];
      expect(await sample.count({ to: 3 }, { onProgress: (progress) => seen.push(progress) })).toBe(3);
      expect(seen).toEqual([1, 2, 3].map((done) => ({ done, total: 3, words: `${done} of 3` })));
    });

    it('counts what is pending and says when nothing is', async () => {
      const { sample, client } = await open();
      let idle = 0;
      const stop = client.onIdle(() => idle++);
      const both = Promise.all([sample.echo(1), sample.fail({ how: 'typed' }).catch(() => 0)]);
      expect(client.pendingCount).toBe(2);
      await both;
      expect([client.pendingCount, idle]).toEqual([0, 1]);
      stop();
      await sample.echo(1);
      expect(idle).toBe(1);
    });
  });

  describe(`channel over ${name}: cancelling`, () => {
    it('rejects at once and aborts the handler', async () => {
      const { sample, service, server, client } = await open();
      const abort = new AbortController();
      const waiting = sample.wait({}, { signal: abort.signal });
      await settled(sample);
      expect([service.waiting, server.runningCount]).toEqual([1, 1]);
      abort.abort();
      expect(client.pendingCount).toBe(0);
      await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
      await settled(sample);
      expect([service.aborted, server.runningCount]).toEqual([1, 0]);
    });

    it('sends nothing for a signal that is aborted already', async () => {
      const { sample, service } = await open();
      await expect(sample.wait({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
      await settled(sample);
      expect(service.waiting).toBe(0);
    });

    it('ignores a signal that is aborted after the answer', async () => {
      const { sample } = await open();
      const abort = new AbortController();
      expect(await sample.echo(1, { signal: abort.signal })).toBe(1);
      abort.abort();
      expect(await sample.echo(2)).toBe(2);
    });
  });

  describe(`channel over ${name}: events`, () => {
    it('attaches once for many listeners and detaches with the last', async () => {
      const { sample, service } = await open();
      const seen: unknown[] = [];
      const stopOne = sample.on('tick', (payload) => seen.push(['one', payload]));
      const stopTwo = sample.on('tick', (payload) => seen.push(['two', payload]));
      await sample.emit({ value: 7n });
      expect(seen).toEqual([['one', 7n], ['two', 7n]]);
      stopOne();
      stopOne();
      await sample.emit({ value: 8n });
      expect(seen.slice(2)).toEqual([['two', 8n]]);
      expect([service.attached, service.detached]).toEqual([1, 0]);
      stopTwo();
      await sample.emit({ value: 9n });
      expect([service.attached, service.detached, seen.length]).toEqual([1, 1, 3]);
    });

    it('can be subscribed anew', async () => {
      const { sample, service } = await open();
      sample.on('tick', () => {})();
      const seen: unknown[] = [];
      sample.on('tick', (payload) => seen.push(payload));
      await sample.emit({ value: 1 });
      expect([service.attached, service.detached, seen]).toEqual([2, 1, [1]]);
    });

    it('arrive before the answer of the call that caused them', async () => {
      const { sample } = await open();
      const seen: unknown[] = [];
      sample.on('tick', (payload) => seen.push(payload));
      await sample.emit({ value: 'before' });
      expect(seen).toEqual(['before']);
    });

    it('reach the other listeners when one throws, which is reported', async () => {
      const { sample, mistakes } = await open();
      const seen: unknown[] = [];
      sample.on('tick', () => {
        throw new Error('a bad listener');
      });
      sample.on('tick', (payload) => seen.push(payload));
      await sample.emit({ value: 1 });
      expect(seen).toEqual([1]);
      expect(mistakes).toEqual([expect.objectContaining({ message: 'a bad listener' })]);
    });

    it('report a payload that is not plain data where it was made', async () => {
      const { sample, service, mistakes } = await open();
      sample.on('tick', () => {});
      await settled(sample);
      for (const emit of service.emitters) emit(new Map());
      expect(mistakes).toEqual([expect.any(TypeError)]);
      expect(await sample.echo(1)).toBe(1);
    });

    it('report a refused and an unknown subscription', async () => {
      const { sample, client, mistakes } = await open();
      sample.on('broken', () => {});
      client.service<{ calls: Record<never, never>; events: { nothing: null } }>('sample').on('nothing', () => {});
      await settled(sample);
      expect(mistakes).toEqual([expect.objectContaining(SAMPLE_ERROR), expect.objectContaining({ code: 'unknown-method', evidence: 'sample.nothing' })]);
    });
  });

  describe(`channel over ${name}: the end of the connection`, () => {
    const ends: [string, (channel: { client: ChannelClient; server: ChannelServer; ports: PortPair }) => void][] = [
      ['the server closes', ({ server }) => server.close()],
      ['the client closes', ({ client }) => client.close()],
      ['the transport is cut', ({ ports, server }) => (ports.cut ?? (() => server.close()))()],
    ];
    it.each(ends)('rejects everything pending and frees the server when %s', async (_how, end) => {
      const opened = await open();
      const { sample, service, client, server } = opened;
      sample.on('tick', () => {});
      const waiting = Promise.allSettled([sample.wait({}), sample.wait({})]);
      await settled(sample);
      const serverClosed = new Promise<void>((resolve) => server.onClosed(() => resolve()));
      const clientClosed = new Promise<unknown>((resolve) => client.onClosed(resolve));
      end(opened);
      for (const outcome of await waiting) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'connection-lost' } });
      expect(await clientClosed).toMatchObject({ code: 'connection-lost', evidence: expect.stringMatching(/./) });
      await serverClosed;
      expect([client.pendingCount, server.runningCount, service.aborted, service.detached, service.emitters.size]).toEqual([0, 0, 2, 1, 0]);
    });

    it('rejects calls made after it, and tells late listeners', async () => {
      const { sample, client } = await open();
      client.close();
      await expect(sample.echo(1)).rejects.toMatchObject({ code: 'connection-lost' });
      expect(client.closedBecause).toMatchObject({ code: 'connection-lost' });
      sample.on('tick', () => {})();
      let told = 0;
      client.onClosed(() => told++);
      expect(told).toBe(1);
    });
  });

  describe(`channel over ${name}: what is not of the protocol`, () => {
    const hello = encodeValue([0, PROTOCOL_VERSION]);

    it('is answered by the server with a typed error, and the connection goes on', async () => {
      const { client, server } = await pair();
      void new ChannelServer(server, { sample: new SampleService().handlers });
      const answers: unknown[] = [];
      const done = new Promise<void>((resolve) => {
        client.onMessage((message) => {
          answers.push(decodeValue(message));
          if (answers.length === 6) resolve();
        });
      });
      client.send(hello);
      client.send(Uint8Array.of(0xc1));
      client.send(encodeValue('not an array'));
      client.send(encodeValue([99, 5]));
      client.send(encodeValue([1, 6, 'sample', 42]));
      client.send(encodeValue([1, 7, 'sample', 'echo', 'still here']));
      await done;
      const facts = expect.objectContaining({ code: 'malformed-input' });
      expect(answers).toEqual([[0, PROTOCOL_VERSION], [6, facts], [6, facts], [2, 5, facts], [2, 6, facts], [1, 7, 'still here']]);
    });

    it('ends a client with a typed error instead of leaving calls pending', async () => {
      const { client, server } = await pair();
      const channel = new ChannelClient(client);
      const call = channel.service<Sample>('sample').echo(1);
      server.send(Uint8Array.of(0xc1));
      await expect(call).rejects.toMatchObject({ code: 'malformed-input' });
      expect(channel.closedBecause).toMatchObject({ code: 'malformed-input' });
    });

    it('a call before the hello is refused', async () => {
      const { client, server } = await pair();
      void new ChannelServer(server, { sample: new SampleService().handlers });
      const answer = new Promise<Uint8Array>((resolve) => client.onMessage(resolve));
      client.send(encodeValue([1, 1, 'sample', 'echo', 1]));
      expect(decodeValue(await answer)).toEqual([2, 1, expect.objectContaining({ code: 'malformed-input' })]);
    });

    it('a client of another version is told ours and let go', async () => {
      const { client, server } = await pair();
      void new ChannelServer(server, { sample: new SampleService().handlers });
      const answer = new Promise<Uint8Array>((resolve) => client.onMessage(resolve));
      const closed = new Promise<string>((resolve) => client.onClose(resolve));
      client.send(encodeValue([0, PROTOCOL_VERSION + 1]));
      expect(decodeValue(await answer)).toEqual([0, PROTOCOL_VERSION]);
      await closed;
    });

    it('a server of another version ends the client with words for the user', async () => {
      const { client, server } = await pair();
      const call = new ChannelClient(client).service<Sample>('sample').echo(1);
      server.send(encodeValue([0, PROTOCOL_VERSION + 1]));
      await expect(call).rejects.toMatchObject({ code: 'unsupported', remedy: expect.stringContaining('Reload') });
    });
  });
}
