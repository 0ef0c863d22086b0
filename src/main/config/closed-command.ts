/**
 * node-pty opens pty masters without close-on-exec, so every later child would inherit them: a debuggee could type into gdb, and a terminal would not hang up
 * as long as some child lives. Node gives no way to close descriptors in a child, so a shell does it and then becomes the program (same process id).
 *
 * bash, because a plain sh can't close descriptors above 9. `-p` keeps it from reading $BASH_ENV, `--norc` from reading ~/.bashrc, which it does when its input is a
 * socket (Node's pipes are) because it then takes itself to be run by a remote shell daemon: bash(1), INVOCATION.
 */
const CLOSE_AND_BECOME = 'for fd in /proc/self/fd/*; do fd=${fd##*/}; if ((fd > 2)); then exec {fd}>&-; fi; done; exec -- "$0" "$@"';

/** The command that runs `file` with only descriptors 0 to 2 open. A program that is not there shows as exit status 127. */
export function closedCommand(file: string, args: readonly string[]): { readonly file: string; readonly args: string[] } {
  return { file: '/bin/bash', args: ['--norc', '--noprofile', '-p', '-c', CLOSE_AND_BECOME, file, ...args] };
}
