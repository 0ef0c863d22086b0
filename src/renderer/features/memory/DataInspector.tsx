import { useState } from 'react';
import { formatAddress, type Address } from '../../../shared/address/address.ts';
import { READINGS, parseInteger, type Reading } from '../../../shared/analysis/typed/readings.ts';
import { bitsOf, bytesOf, unsignedOf } from '../../../shared/analysis/typed/numbers.ts';
import { pageOf } from '../../../shared/address/page.ts';
import { useApp, useCursor } from '../../widgets/app-context.tsx';
import { useMemoryVersion } from '../../widgets/use-memory-version.ts';
import type { EditController } from './edit-controller.ts';

const MOST_BYTES = 8;

/** The bytes at the cursor read in every way, in both byte orders; each value can be typed over. */
export function DataInspector({ edits }: { readonly edits: EditController }) {
  const { memory } = useApp();
  const address = useCursor((cursor) => cursor.address);
  useMemoryVersion();
  if (address === undefined) return <div className="hex-data f3">no byte chosen</div>;
  memory.pageAt(pageOf(address));
  const bytes: number[] = [];
  for (let i = 0; i < MOST_BYTES; i++) {
    const byte = memory.byteAt((address + BigInt(i)) as Address);
    if (byte === undefined) break;
    bytes.push(byte);
  }
  const here = Uint8Array.from(bytes);
  return (
    <section className="hex-data" aria-label="Data inspector">
      <table>
        <thead>
          <tr>
            <th>{formatAddress(address)}</th><th>little-endian</th><th>big-endian</th><th /><th>little-endian</th><th>big-endian</th>
          </tr>
        </thead>
        <tbody>
          {READINGS.slice(0, READINGS.length / 2).map((reading, row) => {
            const right = READINGS[row + READINGS.length / 2];
            return (
              <tr key={reading.id}>
                <Cells reading={reading} bytes={here} address={address} edits={edits} />
                {right === undefined ? null : <Cells reading={right} bytes={here} address={address} edits={edits} />}
              </tr>
            );
          })}
        </tbody>
      </table>
      <Bits bytes={here} address={address} edits={edits} />
    </section>
  );
}

interface CellProps {
  readonly reading: Reading;
  readonly bytes: Uint8Array;
  readonly address: Address;
  readonly edits: EditController;
}

function Cells({ reading, bytes, address, edits }: CellProps) {
  const enough = bytes.length >= reading.sizeBytes;
  const wider = reading.id === 'utf8' || reading.id === 'utf16' ? 4 : reading.sizeBytes;
  const own = bytes.subarray(0, wider);
  const single = reading.sizeBytes === 1;
  return (
    <>
      <th scope="row">{reading.title}</th>
      <Value name={`${reading.title} little-endian`} text={enough ? reading.read(own, false) : ''} parse={(text) => reading.write(text, false)} address={address} edits={edits} />
      {single ? <td /> : <Value name={`${reading.title} big-endian`} text={enough ? reading.read(own, true) : ''} parse={(text) => reading.write(text, true)} address={address} edits={edits} />}
    </>
  );
}

interface ValueProps {
  readonly name: string;
  readonly text: string;
  readonly parse: (text: string) => Uint8Array | undefined;
  readonly address: Address;
  readonly edits: EditController;
}

/** A click makes it a field; Enter writes it, Escape leaves it. */
function Value({ name, text, parse, address, edits }: ValueProps) {
  const [typed, setTyped] = useState<string>();
  if (typed === undefined) {
    return (
      <td>
        <button type="button" className="mono" aria-label={`${name}: ${text === '' ? 'no value' : text}`} title="Click to change" onClick={() => setTyped(text)}>
          {text === '' ? '–' : text}
        </button>
      </td>
    );
  }
  const bytes = parse(typed);
  return (
    <td>
      <input
        className="mono" autoFocus aria-label={`New ${name}`} value={typed} aria-invalid={bytes === undefined} spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => setTyped(undefined)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Escape') setTyped(undefined);
          if (event.key !== 'Enter' || bytes === undefined) return;
          void edits.write(address, bytes, `${name.replace(' little-endian', '')} ${typed}`);
          setTyped(undefined);
        }}
      />
    </td>
  );
}

/** Any run of bits of the eight bytes, and each bit of the first as a switch. */
function Bits({ bytes, address, edits }: { readonly bytes: Uint8Array; readonly address: Address; readonly edits: EditController }) {
  const [offset, setOffset] = useState(0);
  const [size, setSize] = useState(4);
  const room = bytes.length * 8;
  const fits = size >= 1 && offset >= 0 && offset + size <= room;
  const value = fits ? bitsOf(bytes, offset, size, false) : undefined;
  const [first] = bytes;
  const write = (text: string): Uint8Array | undefined => {
    const typed = parseInteger(text);
    if (!fits || typed === undefined || typed < 0n || typed >= 1n << BigInt(size)) return undefined;
    const count = Math.ceil((offset + size) / 8);
    const mask = ((1n << BigInt(size)) - 1n) << BigInt(offset);
    return bytesOf((unsignedOf(bytes.subarray(0, count)) & ~mask) | (typed << BigInt(offset)), count);
  };
  return (
    <div className="row hex-bits">
      <span className="f3">bits</span>
      {first === undefined ? null : (
        <span className="mono" role="group" aria-label="Bits of the byte, highest first">
          {[7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (
            <button key={bit} type="button" aria-label={`bit ${bit}`} aria-pressed={((first >> bit) & 1) === 1} onClick={() => void edits.write(address, Uint8Array.of(first ^ (1 << bit)), `bit ${bit}`)}>
              {(first >> bit) & 1}
            </button>
          ))}
        </span>
      )}
      <label className="f3">from <input type="number" min={0} max={63} value={offset} aria-label="First bit" onChange={(event) => setOffset(Number(event.target.value))} onKeyDown={stop} /></label>
      <label className="f3">width <input type="number" min={1} max={64} value={size} aria-label="Number of bits" onChange={(event) => setSize(Number(event.target.value))} onKeyDown={stop} /></label>
      <table><tbody><tr><Value name="bit-field" text={value === undefined ? '' : value.toString()} parse={write} address={address} edits={edits} /></tr></tbody></table>
    </div>
  );
}

function stop(event: React.KeyboardEvent): void {
  event.stopPropagation();
}
