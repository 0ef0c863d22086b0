import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const LF = 10;

/** Records found, without prompts: neither peer reports those. */
export type Parse = () => number;

interface CdtParser {
  parse(stream: EventEmitter): Promise<void>;
  queueCommand(token: number, command: string, callback: () => void): void;
}

/**
 * cdt-gdb-adapter's parser as its backend uses it: reading a stream, events for its listeners, a callback for each command that was sent. Its logger is set up as in a debug
 * session without a log; left alone, it would hoard every line. It does not report a stream record whose text is empty.
 */
export async function cdtParse(chunks: readonly Buffer[], tokens: readonly number[]): Promise<Parse> {
  const { MIParser } = require('cdt-gdb-adapter/dist/MIParser.js') as { MIParser: new (backend: EventEmitter) => CdtParser };
  const { logger } = createRequire(require.resolve('cdt-gdb-adapter/dist/MIParser.js'))('@vscode/debugadapter') as {
    logger: { init(callback: () => void): void; setup(level: number): void };
  };
  const LEVEL_STOP = 4;
  logger.init(() => {});
  logger.setup(LEVEL_STOP);
  await new Promise((resolve) => setImmediate(resolve));
  return () => {
    let records = 0;
    const count = (): void => {
      records++;
    };
    const backend = new EventEmitter();
    for (const event of ['notifyAsync', 'execAsync', 'statusAsync', 'consoleStreamOutput']) backend.on(event, count);
    const parser = new MIParser(backend);
    for (const token of tokens) parser.queueCommand(token, '-command', count);
    const stream = new EventEmitter();
    void parser.parse(stream);
    for (const chunk of chunks) stream.emit('data', chunk);
    return records;
  };
}

interface GdbMiParserOutput {
  readonly outOfBandRecords: readonly unknown[];
  readonly resultRecord: unknown;
}

/** gdb-mi-parser takes one whole output, up to a prompt, at a time; cutting them out is not counted against it. */
export function gdbMiParse(bytes: Buffer): Parse {
  const parse = require('gdb-mi-parser') as (data: Buffer) => GdbMiParserOutput;
  const outputs = cutAtPrompts(bytes);
  return () => {
    let records = 0;
    for (const output of outputs) {
      const { outOfBandRecords, resultRecord } = parse(output);
      records += outOfBandRecords.length + (resultRecord === undefined ? 0 : 1);
    }
    return records;
  };
}

function cutAtPrompts(bytes: Buffer): Buffer[] {
  const outputs: Buffer[] = [];
  const prompt = Buffer.from('\n(gdb)');
  for (let begin = 0; begin < bytes.length; ) {
    const at = bytes.indexOf(prompt, begin);
    const end = at < 0 ? bytes.length : bytes.indexOf(LF, at + 1) + 1;
    outputs.push(bytes.subarray(begin, end === 0 ? bytes.length : end));
    begin = end === 0 ? bytes.length : end;
  }
  return outputs;
}
