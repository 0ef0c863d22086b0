/** Arguments of /proc/PID/cmdline: NUL-terminated, or whatever the program wrote over them. Empty for kernel threads and zombies. */
export function parseCmdline(text: string): string[] {
  const trimmed = text.endsWith('\0') ? text.slice(0, -1) : text;
  return trimmed === '' ? [] : trimmed.split('\0');
}

/** User names by uid from the text of /etc/passwd (passwd(5)). The first entry of a uid wins, as in getpwuid(3). */
export function parsePasswd(text: string): ReadonlyMap<number, string> {
  const users = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name = '', , uid = ''] = line.split(':');
    if (name !== '' && /^\d+$/.test(uid) && !users.has(Number(uid))) users.set(Number(uid), name);
  }
  return users;
}

/** Seconds since boot, the first number of /proc/uptime. */
export function parseUptimeSeconds(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) /.exec(text);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/**
 * Whether the machine runs with 5-level paging. The kernel takes `la57` out of the flags of /proc/cpuinfo when it is compiled or started without it, so the flag means that it
 * is in use (arch/x86/kernel/cpu/common.c).
 */
export function hasFiveLevelPaging(cpuinfo: string): boolean {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? '';
  return / la57(?: |$)/.test(flags);
}
