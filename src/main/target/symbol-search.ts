/** How a name the user types is matched with names as a linker stores them. Pure. */

/**
 * A word of `text` that its mangled form must contain as it stands: the last identifier, without template arguments and parameters. C++ and Rust mangling both keep identifiers
 * readable (`_ZN5outer5innerEv`); what they abbreviate (`std`, operators) is never the last word of a name worth looking for. '' when there is none.
 */
export function symbolStem(text: string): string {
  return /[\p{ID_Continue}$.]+(?=[^\p{ID_Continue}$.]*$)/u.exec(bareName(text))?.[0] ?? '';
}

/** A readable name without its parameter list and the qualifiers after it: `a::b(int) const` → `a::b`. Template arguments of the last part go too. */
export function bareName(readable: string): string {
  const open = firstParameterList(readable);
  const noParameters = open < 0 ? readable : readable.slice(0, open);
  return noParameters.endsWith('>') ? withoutLastArguments(noParameters) : noParameters;
}

/** Where the parameter list opens: the first `(` outside `<…>` that belongs neither to `operator()` nor to `(anonymous namespace)`; -1 when there is none. */
function firstParameterList(readable: string): number {
  let depth = 0;
  for (let index = 0; index < readable.length; index++) {
    const char = readable[index];
    if (char === '<') depth++;
    else if (char === '>' && readable[index - 1] !== '-') depth--;
    else if (char === '(' && depth <= 0 && index > 0) {
      const partOfName = readable.startsWith('(anonymous namespace)', index) || readable.endsWith('operator', index);
      if (!partOfName) return index;
      const close = readable.indexOf(')', index);
      if (close < 0) return -1;
      index = close;
    }
  }
  return -1;
}

function withoutLastArguments(name: string): string {
  let depth = 0;
  for (let index = name.length - 1; index >= 0; index--) {
    if (name[index] === '>') depth++;
    else if (name[index] === '<' && --depth === 0) {
      const rest = name.slice(0, index).replace(/::$/, '');
      // `<T as Trait>` begins a Rust name: there is nothing before it to keep.
      return rest === '' || rest.endsWith('operator') ? name : rest;
    }
  }
  return name;
}

/** 0 when a name begins with what was typed, 2 when it only contains it (1 is left for the caller's second choice); undefined when it does not. */
export function completionRank(wanted: string, name: string, readable: string | undefined): number | undefined {
  if (name.startsWith(wanted) || readable?.startsWith(wanted)) return 0;
  if (name.includes(wanted) || readable?.includes(wanted)) return 2;
  return undefined;
}
