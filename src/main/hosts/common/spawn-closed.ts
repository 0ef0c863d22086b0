import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { closedCommand } from '../../config/closed-command.ts';

/** child_process.spawn for a program that gets descriptors 0 to 2 and no other of ours. */
export function spawnClosed(file: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const command = closedCommand(file, args);
  return spawn(command.file, command.args, options);
}
