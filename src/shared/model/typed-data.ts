import type { Address } from '../address/address.ts';

/** How the bits of a number are to be read. `char` is text: C's char, C++'s char8_t to char32_t, Rust's char. */
export type NumberEncoding = 'signed' | 'unsigned' | 'float' | 'complex' | 'bool' | 'char';

/**
 * A type as a program's debug information describes it, as one row of a table: other rows are named by their index, -1 where there is none. Typedefs and qualifiers are gone; their names
 * stay in `name` (`const char *`, `config_t`), as gdb's `whatis` writes them.
 */
export type TypeNode =
  | { readonly kind: 'number'; readonly name: string; readonly sizeBytes: number; readonly encoding: NumberEncoding }
  | {
      readonly kind: 'pointer'; readonly name: string; readonly sizeBytes: number; readonly to: 'data' | 'text' | 'function';
      /** What it points to, by name: the target itself is read by whoever follows. '' for void. */
      readonly targetName: string;
      readonly targetSizeBytes: number;
    }
  | { readonly kind: 'record'; readonly name: string; readonly sizeBytes: number; readonly flavour: 'struct' | 'class' | 'union'; readonly members: readonly TypeMember[]; readonly variants: TypeVariants | undefined }
  | { readonly kind: 'array'; readonly name: string; readonly sizeBytes: number; readonly element: number; readonly count: number; readonly strideBytes: number }
  | { readonly kind: 'enum'; readonly name: string; readonly sizeBytes: number; readonly signed: boolean; readonly values: readonly { readonly name: string; readonly value: bigint }[] }
  /** Declared only, or described in a way that is not read here: `why` in words. */
  | { readonly kind: 'unknown'; readonly name: string; readonly sizeBytes: number; readonly why: string };

export interface TypeMember {
  /** '' for an anonymous struct or union, whose members count as its owner's. */
  readonly name: string;
  readonly type: number;
  readonly offsetBytes: number;
  /** Of a bit-field: its least significant bit, counted from bit 0 of the byte at `offsetBytes`, and its width. */
  readonly bits: { readonly offset: number; readonly size: number } | undefined;
  /** A base class. */
  readonly isBase: boolean;
  /** Made by the compiler: a pointer to the virtual table. */
  readonly artificial: boolean;
}

/** A Rust enum: a number says which of the cases the bytes hold. */
export interface TypeVariants {
  /** Undefined: there is one case only. */
  readonly discriminant: { readonly offsetBytes: number; readonly sizeBytes: number } | undefined;
  /** `value` undefined: the case that holds when no other does. */
  readonly cases: readonly { readonly value: bigint | undefined; readonly member: TypeMember }[];
}

/** A variable with one place for the whole run of the program. */
export interface TypedVariable {
  /** With namespaces and classes: `ns::counter`. */
  readonly name: string;
  /** Function it is declared in; '' for one of a file or namespace. */
  readonly inFunction: string;
  readonly address: Address;
  readonly sizeBytes: number;
  /** Index in the table it came with. */
  readonly type: number;
  readonly modulePath: string;
}

export interface TypedVariables {
  readonly types: readonly TypeNode[];
  /** Ascending by address. */
  readonly variables: readonly TypedVariable[];
  /** There are more than were asked for. */
  readonly more: boolean;
  /** Why types of some module are unknown, in words, one per module. */
  readonly problems: readonly string[];
}
