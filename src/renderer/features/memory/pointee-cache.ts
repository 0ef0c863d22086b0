import { formatAddress, type Address } from '../../../shared/address/address.ts';
import { quoteText } from '../../../shared/analysis/typed/printable.ts';
import type { Pointee } from '../../../shared/model/pointee.ts';
import type { Clients } from '../../../shared/rpc/services.ts';

const BATCH = 512;
const MAX_KNOWN = 8192;

interface Known {
  pointee: Pointee | null | undefined;
  version: number;
}

/** What pointers point to, in words. Values are gathered over a draw and asked for together; until the answer is there a pointer is told by its number. */
export class PointeeCache {
  readonly #clients: Clients;
  readonly #onChange: () => void;
  readonly #onError: (error: unknown) => void;
  readonly #known = new Map<bigint, Known>();
  readonly #wanted = new Set<Address>();
  #sessionId: string | undefined;
  #version = 0;
  #scheduled = false;
  revision = 0;

  constructor(clients: Clients, onChange: () => void, onError: (error: unknown) => void) {
    this.#clients = clients;
    this.#onChange = onChange;
    this.#onError = onError;
  }

  setSession(sessionId: string | undefined): void {
    if (sessionId === this.#sessionId) return;
    this.#sessionId = sessionId;
    this.#known.clear();
    this.#wanted.clear();
    this.revision++;
  }

  /** The target has gone on: text may have changed. */
  refresh(): void {
    this.#version++;
  }

  /** Undefined: not known yet; null: it points into no mapping. */
  pointeeOf(value: bigint): Pointee | null | undefined {
    if (this.#sessionId === undefined || value < 0x1000n || value >= 1n << 64n) return null;
    const known = this.#known.get(value);
    if (known === undefined || known.version !== this.#version) this.#want(value as Address);
    return known?.pointee;
  }

  #want(value: Address): void {
    this.#wanted.add(value);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => this.#flush(), 0);
  }

  #flush(): void {
    this.#scheduled = false;
    const sessionId = this.#sessionId;
    const values = [...this.#wanted].slice(0, BATCH);
    for (const value of values) {
      this.#wanted.delete(value);
      // Marked as asked: a draw before the answer must not ask again.
      this.#known.set(value, { pointee: this.#known.get(value)?.pointee, version: this.#version });
    }
    if (sessionId === undefined || values.length === 0) return;
    const version = this.#version;
    this.#clients.memory.pointees({ sessionId, values }).then(({ pointees }) => {
      if (sessionId !== this.#sessionId) return;
      let changed = false;
      for (const [i, value] of values.entries()) {
        const pointee = pointees[i] ?? null;
        changed ||= !isSame(this.#known.get(value)?.pointee, pointee);
        this.#known.delete(value);
        this.#known.set(value, { pointee, version });
      }
      for (const oldest of this.#known.keys()) {
        if (this.#known.size <= MAX_KNOWN) break;
        this.#known.delete(oldest);
      }
      if (this.#wanted.size > 0) this.#want(values[0] as Address);
      if (!changed) return;
      this.revision++;
      this.#onChange();
    }).catch(this.#onError);
  }
}

function isSame(a: Pointee | null | undefined, b: Pointee | null): boolean {
  if (a === undefined || a === null || b === null) return a === b;
  return a.label === b.label && a.text?.text === b.text?.text && a.symbol?.name === b.symbol?.name && a.symbol?.offset === b.symbol?.offset;
}

/** `"Hello, memory"`, `libc.so.6 _IO_2_1_stdout_`, `0x5562_10d7_82a0, [heap]`. `ownModule`: its name is left out. */
export function pointeeWords(pointee: Pointee, ownModule: string): string {
  if (pointee.text !== undefined) return quoteText(cutText(pointee.text));
  const { symbol } = pointee;
  if (symbol !== undefined) {
    const offset = symbol.offset === 0n ? '' : `+0x${symbol.offset.toString(16)}`;
    return `${pointee.module === ownModule || pointee.module === '' ? '' : `${shortModule(pointee.module)} `}${symbol.name}${offset}`;
  }
  return `${formatAddress(pointee.address)}, ${pointee.label.replace(/^\[heap\]$/, 'heap')}`;
}

/** `libc.so.6` → `libc`. */
function shortModule(name: string): string {
  return name.replace(/\.so[.\d]*$/, '').replace(/-[\d.]+$/, '');
}

function cutText({ text, cut }: { readonly text: string; readonly cut: boolean }): { text: string; cut: boolean } {
  return text.length > 28 ? { text: text.slice(0, 28), cut: true } : { text, cut };
}
