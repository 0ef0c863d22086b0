import { quoteCString } from './c-string.ts';
import type { MiRecord, MiValue } from './mi-record.ts';

const asyncMarks = { exec: '*', status: '+', notify: '=' } as const;
const channelMarks = { console: '~', target: '@', log: '&' } as const;

/** A value as gdb would print it. The other direction of the parser: tests check one against the other. */
export function printMiValue(value: MiValue): string {
  if (typeof value === 'string') return quoteCString(value);
  const inside = value.values.map((item, at) => printResult(value.names?.[at] ?? '', item)).join(',');
  return value.kind === 'tuple' ? `{${inside}}` : `[${inside}]`;
}

/** A record as one line without its LF; a malformed record as the line that it was. */
export function printMiRecord(record: MiRecord): string {
  switch (record.kind) {
    case 'prompt':
      return '(gdb) ';
    case 'malformed':
      return record.line;
    case 'stream':
      return `${channelMarks[record.channel]}${quoteCString(record.text)}`;
    default: {
      const mark = record.kind === 'result' ? '^' : asyncMarks[record.stream];
      const results = record.results.values.map((value, at) => `,${printResult(record.results.names[at] ?? '', value)}`);
      return `${record.token ?? ''}${mark}${record.class}${results.join('')}`;
    }
  }
}

function printResult(name: string, value: MiValue): string {
  return name === '' ? printMiValue(value) : `${name}=${printMiValue(value)}`;
}
