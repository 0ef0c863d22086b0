import { expect, it } from 'vitest';
import { CommandRegistry } from './command-registry.ts';

it('a view does a command its own way while it is mounted, and the key stays', () => {
  const commands = new CommandRegistry();
  const done: string[] = [];
  commands.register({ id: 'frame.caller', title: 'Caller', group: 'Run', keys: ['Alt+ArrowUp'], disabledBecause: () => 'no frame', run: () => done.push('usual') });
  expect(commands.run('frame.caller')).toBe(false);
  const end = commands.override('frame.caller', { disabledBecause: () => undefined, run: () => done.push('own') });
  const endNewer = commands.override('frame.caller', { disabledBecause: () => undefined, run: () => done.push('newer') });
  commands.forKey('Alt+ArrowUp')?.run();
  endNewer();
  expect(commands.run('frame.caller')).toBe(true);
  end();
  expect(commands.get('frame.caller')?.disabledBecause()).toBe('no frame');
  expect(done).toEqual(['newer', 'own']);
});
