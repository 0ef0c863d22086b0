import { describe, expect, it } from 'vitest';
import { startArguments } from './lib/start-arguments.mjs';

describe('startArguments', () => {
  it.each([
    [[], ['open', '--demo'], true, true],
    [['--no-window'], ['open', '--demo', '--no-window'], false, true],
    [['--pid', '812'], ['open', '812'], true, false],
    [['--pid=812', '--no-window'], ['open', '--no-window', '812'], false, false],
    [['--empty'], ['open', '--empty'], true, false],
    [['./program', 'a', '--flag'], ['open', '--', './program', 'a', '--flag'], true, false],
    [['--no-window', './program', '--no-window'], ['open', '--no-window', '--', './program', '--no-window'], false, false],
    [['--', '--odd-name', 'x'], ['open', '--', '--odd-name', 'x'], true, false],
    [['map', '812', '--json'], ['map', '812', '--json'], false, false],
    [['open', '812'], ['open', '812'], true, false],
    [['--help'], ['--help'], false, false],
  ])('%j', (given, args, window, demo) => {
    expect(startArguments(given)).toEqual({ args, window, demo });
  });
});
