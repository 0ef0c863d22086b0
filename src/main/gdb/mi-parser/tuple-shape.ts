/** Deepest chain of names that is remembered, and how many names in all: far above gdb's own, and a bound for hostile input. */
const MAX_DEPTH = 64;
const MAX_SHAPES = 4096;
/** gdb's richest choice is the first name of a tuple. */
const MAX_NEXT = 64;
const encoder = new TextEncoder();

/**
 * The names of a tuple read so far, and which names have come next.
 *
 *     (root) ── level ── addr ── func ── file …        a frame
 *          └─── number ── value                        a register
 *
 * gdb repeats the same few tuples thousands of times. Walking along the shapes, the parser compares bytes with the name that came next last time instead of cutting it out again, and
 * all tuples of one shape share one array of names.
 */
export class TupleShape {
  readonly names: readonly string[];
  /** The last name with its `=`; empty for a value without a name. */
  readonly encoded: Uint8Array;
  /** What came next last time. */
  likely: TupleShape | undefined;
  /** Of a first name: how many values its tuple had last time. */
  usualLength = 0;
  /** All that ever came next, in the order of their first coming. */
  readonly next: TupleShape[] = [];

  constructor(names: readonly string[] = []) {
    this.names = names;
    const last = names.at(-1) ?? '';
    this.encoded = last === '' ? new Uint8Array(0) : encoder.encode(`${last}=`);
  }

  get isDeepest(): boolean {
    return this.names.length >= MAX_DEPTH;
  }

  get lastName(): string {
    return this.names.at(-1) ?? '';
  }
}

/** All shapes of one parser. Forgets them when they get too many; shapes already handed out stay good. */
export class ShapeTree {
  root = new TupleShape();
  #count = 0;

  /** The shape of `shape`'s names and one more. */
  extend(shape: TupleShape, name: string): TupleShape {
    const known = shape.next.find((candidate) => candidate.lastName === name);
    if (known !== undefined) return known;
    if (++this.#count > MAX_SHAPES) {
      this.root = new TupleShape();
      this.#count = 0;
    }
    const added = new TupleShape([...shape.names, name]);
    // A shape with very many followers is no gdb's: these stay outside the tree, each good for its one tuple.
    if (shape.next.length < MAX_NEXT) shape.next.push(added);
    return added;
  }
}
