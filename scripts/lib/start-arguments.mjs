/** Sub-commands of vmatlas that are passed on as they are. */
const subCommands = new Set(['open', 'serve', 'ps', 'map', 'where', 'pages', 'read', 'find', 'stack', 'heap', 'explain', 'snapshot', 'diff', 'lab', 'help']);

/**
 * What `npm start -- …` means for vmatlas.
 * @param {string[]} given
 * @returns {{ args: string[], window: boolean, demo: boolean }} args for vmatlas; whether a window may open; whether it needs the demo program
 */
export function startArguments(given) {
  const [first = ''] = given;
  if (subCommands.has(first)) {
    const demo = first === 'open' && given.includes('--demo');
    return { args: given, window: first === 'open' && !given.includes('--no-window'), demo };
  }

  // Options up to the first word that is not one; from there on it is the program's own command line.
  /** @type {string[]} */
  const options = [];
  let target;
  let rest = given;
  while (rest.length > 0) {
    const [word = '', ...after] = rest;
    if (word === '--') {
      rest = after;
      break;
    }
    if (!word.startsWith('-')) break;
    rest = after;
    const pid = /^(?:--pid|-p)(?:=(.*))?$/.exec(word);
    if (pid) {
      target = pid[1] ?? rest[0] ?? '';
      if (pid[1] === undefined) rest = rest.slice(1);
    } else {
      options.push(word);
    }
  }
  if (options.includes('--help') || options.includes('-h') || options.includes('--version')) return { args: options, window: false, demo: false };

  const window = !options.includes('--no-window');
  if (target !== undefined) return { args: ['open', ...options, target], window, demo: false };
  if (rest.length > 0) return { args: ['open', ...options, '--', ...rest], window, demo: false };
  if (options.includes('--empty')) return { args: ['open', ...options], window, demo: false };
  return { args: ['open', '--demo', ...options.filter((option) => option !== '--demo')], window, demo: true };
}
