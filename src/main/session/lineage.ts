import { readFileSync } from 'node:fs';

/** Is `pid` a child of a child of ours? A program that gdb started is: we are gdb's parent, and gdb is the program's. */
export function isGrandchild(pid: number, ofPid: number = process.pid): boolean {
  const parent = parentOf(pid);
  return parent !== undefined && parentOf(parent) === ofPid;
}

/** Field 4 of /proc/PID/stat (proc(5)), counted after the last `)`, since the name before may hold anything. */
function parentOf(pid: number): number | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // gone meanwhile
  }
  const field = text.slice(text.lastIndexOf(')') + 2).split(' ')[1];
  return field === undefined ? undefined : Number(field);
}
