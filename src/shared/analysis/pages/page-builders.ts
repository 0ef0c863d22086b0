import { isPresentState, PAGE_FLAG_WORDS, PAGE_STATES, type PageCounts, type PageRunColumns } from '../../model/page-state.ts';

/** States of neighbouring pages of one mapping, as the walk hands them on. Valid only during the call. */
export interface PageChunk {
  /** Row of the mapping in maps. */
  readonly row: number;
  readonly perms: number;
  readonly firstPage: number;
  readonly count: number;
  /** State and flags of page i at index `at + i`; for a chunk of one state, `uniform` is set and the arrays are not looked at. */
  readonly state: Uint8Array;
  readonly flags: Uint8Array;
  readonly at: number;
  readonly uniform: number | undefined;
  readonly uniformFlags: number;
  /** Frame of page i, -1 for none. */
  frame(i: number): number;
}

const PRESENT_CODES = Uint8Array.from(PAGE_STATES, (state) => (isPresentState(state) ? 1 : 0));

export function isPresentCode(code: number): boolean {
  return PRESENT_CODES[code] === 1;
}

/** Joins equal neighbours. Stops taking when it is full and says where. */
export class RunBuilder {
  readonly #limit: number;
  #capacity = 256;
  #length = 0;
  #startPage = new Float64Array(this.#capacity);
  #pageCount = new Float64Array(this.#capacity);
  #state = new Uint8Array(this.#capacity);
  #flags = new Uint8Array(this.#capacity);
  #perms = new Uint8Array(this.#capacity);
  #frame = new Float64Array(this.#capacity);
  #lastRow = -1;
  /** First page that found no room. */
  nextPage: number | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** false: full. */
  add(chunk: PageChunk): boolean {
    const { state, flags, at, count, firstPage, row } = chunk;
    if (chunk.uniform !== undefined) return this.#push(chunk, 0, firstPage, count, chunk.uniform, chunk.uniformFlags);
    let i = 0;
    while (i < count) {
      const code = state[at + i] ?? 0;
      const flag = flags[at + i] ?? 0;
      let end = i + 1;
      while (end < count && state[at + end] === code && flags[at + end] === flag) end++;
      if (!this.#push(chunk, i, firstPage + i, end - i, code, flag)) return false;
      i = end;
    }
    this.#lastRow = row;
    return true;
  }

  #push(chunk: PageChunk, i: number, page: number, count: number, code: number, flag: number): boolean {
    const last = this.#length - 1;
    const joins = last >= 0 && this.#lastRow === chunk.row && this.#state[last] === code && this.#flags[last] === flag &&
      (this.#startPage[last] ?? 0) + (this.#pageCount[last] ?? 0) === page;
    if (joins) {
      this.#pageCount[last] = (this.#pageCount[last] ?? 0) + count;
      return true;
    }
    if (this.#length === this.#limit) {
      this.nextPage ??= page;
      return false;
    }
    if (this.#length === this.#capacity) this.#grow();
    const n = this.#length++;
    this.#startPage[n] = page;
    this.#pageCount[n] = count;
    this.#state[n] = code;
    this.#flags[n] = flag;
    this.#perms[n] = chunk.perms;
    this.#frame[n] = chunk.uniform === undefined ? chunk.frame(i) : -1;
    this.#lastRow = chunk.row;
    return true;
  }

  #grow(): void {
    this.#capacity *= 2;
    const copy = <T extends Float64Array | Uint8Array>(from: T, to: T): T => (to.set(from), to);
    this.#startPage = copy(this.#startPage, new Float64Array(this.#capacity));
    this.#pageCount = copy(this.#pageCount, new Float64Array(this.#capacity));
    this.#frame = copy(this.#frame, new Float64Array(this.#capacity));
    this.#state = copy(this.#state, new Uint8Array(this.#capacity));
    this.#flags = copy(this.#flags, new Uint8Array(this.#capacity));
    this.#perms = copy(this.#perms, new Uint8Array(this.#capacity));
  }

  build(): PageRunColumns {
    const n = this.#length;
    return {
      length: n, startPage: this.#startPage.slice(0, n), pageCount: this.#pageCount.slice(0, n), state: this.#state.slice(0, n), flags: this.#flags.slice(0, n),
      perms: this.#perms.slice(0, n), firstFrame: this.#frame.slice(0, n),
    };
  }
}

/** Counts pages by state and flag. */
export class PageCounter {
  readonly byState = new Float64Array(PAGE_STATES.length);
  readonly #byFlagBits = new Float64Array(256);
  pages = 0;

  add(chunk: PageChunk): void {
    const { state, flags, at, count } = chunk;
    this.pages += count;
    if (chunk.uniform !== undefined) {
      this.byState[chunk.uniform] = (this.byState[chunk.uniform] ?? 0) + count;
      this.#byFlagBits[chunk.uniformFlags] = (this.#byFlagBits[chunk.uniformFlags] ?? 0) + count;
      return;
    }
    for (let i = at; i < at + count; ) {
      const code = state[i] ?? 0;
      const flag = flags[i] ?? 0;
      const from = i;
      while (i < at + count && state[i] === code && flags[i] === flag) i++;
      this.byState[code] = (this.byState[code] ?? 0) + i - from;
      this.#byFlagBits[flag] = (this.#byFlagBits[flag] ?? 0) + i - from;
    }
  }

  get present(): number {
    return this.byState.reduce((sum, count, code) => (isPresentCode(code) ? sum + count : sum), 0);
  }

  build(): PageCounts {
    const byFlag = Float64Array.from(PAGE_FLAG_WORDS, ([flag]) => this.#byFlagBits.reduce((sum, count, bits) => (bits & flag ? sum + count : sum), 0));
    return { pages: this.pages, byState: this.byState, byFlag, present: this.present };
  }
}

/** Groups of pages for a grid. */
export class CellBuilder {
  readonly #startPage: number;
  readonly #perCell: number;
  readonly #counts: Uint16Array;
  readonly stateSet: Uint16Array;
  readonly flags: Uint8Array;
  readonly mapped: Uint16Array;
  readonly present: Uint16Array;

  constructor(startPage: number, count: number, perCell: number) {
    this.#startPage = startPage;
    this.#perCell = perCell;
    this.#counts = new Uint16Array(count * PAGE_STATES.length);
    this.stateSet = new Uint16Array(count);
    this.flags = new Uint8Array(count);
    this.mapped = new Uint16Array(count);
    this.present = new Uint16Array(count);
  }

  add(chunk: PageChunk): void {
    for (let i = 0; i < chunk.count; ) {
      const cell = Math.floor((chunk.firstPage + i - this.#startPage) / this.#perCell);
      const cellEnd = this.#startPage + (cell + 1) * this.#perCell;
      const end = Math.min(chunk.count, cellEnd - chunk.firstPage);
      if (chunk.uniform !== undefined) this.#note(cell, chunk.uniform, chunk.uniformFlags, end - i);
      else for (let k = i; k < end; k++) this.#note(cell, chunk.state[chunk.at + k] ?? 0, chunk.flags[chunk.at + k] ?? 0, 1);
      i = end;
    }
  }

  #note(cell: number, code: number, flag: number, count: number): void {
    const at = cell * PAGE_STATES.length + code;
    this.#counts[at] = (this.#counts[at] ?? 0) + count;
    this.stateSet[cell] = (this.stateSet[cell] ?? 0) | (1 << code);
    this.flags[cell] = (this.flags[cell] ?? 0) | flag;
    this.mapped[cell] = (this.mapped[cell] ?? 0) + count;
    if (isPresentCode(code)) this.present[cell] = (this.present[cell] ?? 0) + count;
  }

  /** The commonest state of each cell; of a cell with any present page, the commonest present one. */
  states(): Uint8Array {
    const state = new Uint8Array(this.mapped.length);
    for (let cell = 0; cell < state.length; cell++) {
      const onlyPresent = (this.present[cell] ?? 0) > 0;
      let best = 0;
      for (let code = 0; code < PAGE_STATES.length; code++) {
        const count = this.#counts[cell * PAGE_STATES.length + code] ?? 0;
        if (count > best && (!onlyPresent || isPresentCode(code))) {
          best = count;
          state[cell] = code;
        }
      }
    }
    return state;
  }
}
