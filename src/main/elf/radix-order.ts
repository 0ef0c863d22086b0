/**
 * Indices 0 … n−1 ordered by 64-bit keys given as two 32-bit columns; equal keys keep their order. A radix sort, because a comparator over a million symbols takes a second and
 * this takes some tens of milliseconds.
 */
export function orderByKey(low: Uint32Array, high?: Uint32Array): Uint32Array {
  const count = low.length;
  let order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  let spare = new Uint32Array(count);
  const starts = new Uint32Array(257);
  for (const column of high ? [low, high] : [low]) {
    for (let shift = 0; shift < 32; shift += 8) {
      starts.fill(0);
      for (const key of column) bump(starts, ((key >>> shift) & 0xff) + 1);
      // All keys share this digit: nothing to move. Addresses of one module differ in three or four of eight digits.
      if (starts.includes(count)) continue;
      for (let digit = 1; digit < 257; digit++) starts[digit] = at(starts, digit) + at(starts, digit - 1);
      for (const index of order) {
        const digit = (at(column, index) >>> shift) & 0xff;
        spare[bump(starts, digit)] = index;
      }
      [order, spare] = [spare, order];
    }
  }
  return order;
}

/** First position of `order` whose key is at least `key`; `order.length` when all are smaller. */
export function lowerBound(order: Uint32Array, keys: Uint32Array, key: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(keys, at(order, middle)) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An element that is known to exist. Reading a typed array past its end gives undefined, which would turn silently into NaN. */
export function at(column: Uint32Array | Uint16Array | Uint8Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw new RangeError(`no element ${index}`);
  return value;
}

/** Adds one to an element and answers with its value before that. */
function bump(column: Uint32Array, index: number): number {
  const value = at(column, index);
  column[index] = value + 1;
  return value;
}
