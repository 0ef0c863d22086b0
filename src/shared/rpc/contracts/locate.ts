import type { Address } from '../../address/address.ts';

export type LocationHow = 'address' | 'symbol' | 'register' | 'module-offset' | 'region' | 'expression';

export interface ResolvedLocation {
  readonly address: Address;
  readonly how: LocationHow;
  /** Canonical text of what was asked, e.g. `$rsp`, `initialized_global`, `libc.so.6+0x1234`. */
  readonly text: string;
  /** In words: what made it this address. */
  readonly words: string;
}

export interface Completion {
  readonly text: string;
  readonly how: LocationHow;
  /** Kind, module or value, shown beside. */
  readonly detail: string;
  readonly address: Address | undefined;
}

export interface LocateContract {
  readonly calls: {
    /** address, symbol, $register, module+offset, [region], or any gdb expression when attached. Code unknown-location with the nearest names otherwise. */
    resolve(params: { readonly sessionId: string; readonly text: string; readonly threadId?: number; readonly frameLevel?: number }): ResolvedLocation;
    complete(params: { readonly sessionId: string; readonly text: string; readonly limit: number }): readonly Completion[];
  };
  readonly events: Record<never, never>;
}
