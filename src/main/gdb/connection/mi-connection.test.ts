import { describe, expect, it } from 'vitest';
import { gdbSet, gdbVersion, listFeatures } from '../mi-commands/setup-commands.ts';
import { fence } from '../mi-commands/run-commands.ts';
import { threadInfo } from '../mi-commands/stack-commands.ts';
import type { MiCommand } from '../mi-commands/mi-command.ts';
import { Wire } from '../testing/wire.ts';
import { MiConnection } from './mi-connection.ts';

function pair(): { readonly wire: Wire; readonly connection: MiConnection } {
  const wire = new Wire();
  return { wire, connection: new MiConnection(wire) };
}

describe('commands and answers', () => {
  it('go out in one write and are matched by token, in any order', async () => {
    const { wire, connection } = pair();
    const first = connection.run(listFeatures());
    const second = connection.run(threadInfo());
    await Promise.resolve();
    expect(wire.sent).toEqual(['1-list-features\n2-thread-info\n']);
    wire.say('2^done,threads=[]\n(gdb) \n1^done,features=["python"]\n');
    expect(await second).toEqual({ threads: [], selected: undefined });
    expect(await first).toEqual(['python']);
  });

  it('console text goes to the oldest unanswered command', async () => {
    const { wire, connection } = pair();
    const version = connection.run(gdbVersion());
    const later = connection.run(listFeatures());
    wire.say('~"GNU gdb 13.1\\n"\n~"more\\n"\n1^done\n~"not yours"\n2^done,features=[]\n');
    expect(await version).toBe('GNU gdb 13.1\nmore\n');
    expect(await later).toEqual([]);
  });

  it('records without a token of ours answer nothing', async () => {
    const { wire, connection } = pair();
    const seen: string[] = [];
    connection.onAsync((record) => seen.push(record.class));
    const answer = connection.run(fence());
    wire.say('^running\n*running,thread-id="all"\n99^done\n^error,msg="x"\nthis is no MI\n1^done,groups=[]\n');
    await answer;
    expect(seen).toEqual(['running']);
  });

  it('gdb\'s refusals become typed errors with its words and the place of the call', async () => {
    const { wire, connection } = pair();
    const refused = connection.run(gdbSet('language', 'klingon'));
    const running = connection.run(threadInfo());
    wire.say('1^error,msg="Undefined item: \\"klingon\\"."\n2^error,msg="Selected thread is running."\n');
    const error = await refused.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'gdb-error', evidence: '-gdb-set language klingon: Undefined item: "klingon".' });
    expect(error instanceof Error && error.cause instanceof Error && error.cause.stack).toContain('mi-connection.test.ts');
    await expect(running).rejects.toMatchObject({ code: 'target-running' });
  });

  it('an answer of the wrong form is mi-malformed, with the answer', async () => {
    const { wire, connection } = pair();
    const odd = connection.run(threadInfo());
    wire.say('1^done,threads="many"\n');
    await expect(odd).rejects.toMatchObject({ code: 'mi-malformed', evidence: expect.stringContaining('threads="many"') as string });
  });
});

describe('ends', () => {
  it('a hang-up rejects all that is pending, and all that comes after', async () => {
    const { wire, connection } = pair();
    const pending = [connection.run(fence()), connection.run(threadInfo())];
    wire.hangUp();
    for (const answer of pending) await expect(answer).rejects.toMatchObject({ code: 'gdb-ended' });
    await expect(connection.run(fence())).rejects.toMatchObject({ code: 'gdb-ended' });
  });

  it('a cancelled command rejects at once; its late answer is dropped', async () => {
    const { wire, connection } = pair();
    const stop = new AbortController();
    const answer = connection.run(fence(), { signal: stop.signal });
    stop.abort();
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    const next = connection.run(listFeatures());
    wire.say('1^done\n2^done,features=[]\n');
    expect(await next).toEqual([]);
    await expect(connection.run(fence(), { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('a command with a limit times out', async () => {
    const { connection } = pair();
    const hurried: MiCommand<void> = { ...fence(), timeoutMs: 1 };
    await expect(connection.run(hurried)).rejects.toMatchObject({ code: 'gdb-timeout', evidence: '-list-thread-groups' });
  });
});
