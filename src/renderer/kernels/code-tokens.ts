/**
 * Colours of source text: which characters of a line are a keyword, a string, a comment. Not a parser: it knows words and where comments and strings begin and end, which is what a reader's eye
 * needs. C and C++ by ISO/IEC 9899 and 14882, lexical elements; Rust by The Rust Reference, chapter 2.
 */
export type CodeLanguage = 'c' | 'rust';

export type TokenKind = 'plain' | 'keyword' | 'type' | 'string' | 'number' | 'comment' | 'directive' | 'call';

export interface CodeToken {
  readonly kind: TokenKind;
  readonly text: string;
}

/** By the ending of a file's name; undefined for what is not coloured. */
export function languageOf(fileName: string): CodeLanguage | undefined {
  const ending = /\.([A-Za-z+]+)$/.exec(fileName)?.[1]?.toLowerCase();
  if (ending === 'rs') return 'rust';
  return ending !== undefined && /^(?:c|h|i|cc|cpp|cxx|c\+\+|hh|hpp|hxx|ipp|tcc)$/.test(ending) ? 'c' : undefined;
}

/** What a line begins in: a comment (nested `depth` times in Rust), or a string that ends with `close`. */
type Within = { readonly comment: number } | { readonly close: string; readonly raw: boolean } | undefined;

/** Tokens of each line; those of a line joined are the line. */
export function codeTokens(lines: readonly string[], language: CodeLanguage): readonly (readonly CodeToken[])[] {
  let within: Within;
  return lines.map((line) => {
    const scanned = scanLine(line, language, within);
    ({ within } = scanned);
    return scanned.tokens;
  });
}

function scanLine(line: string, language: CodeLanguage, before: Within): { readonly tokens: readonly CodeToken[]; readonly within: Within } {
  const tokens: CodeToken[] = [];
  let within = before;
  let at = 0;
  const push = (kind: TokenKind, end: number): void => {
    if (end <= at) return;
    const text = line.slice(at, end);
    const last = tokens.at(-1);
    if (last?.kind === kind) tokens[tokens.length - 1] = { kind, text: last.text + text };
    else tokens.push({ kind, text });
    at = end;
  };
  while (at < line.length) {
    if (within !== undefined) {
      const end: { readonly at: number; readonly within: Within } = 'comment' in within ? endOfComment(line, at, within.comment, language) : endOfString(line, at, within.close, within.raw);
      push('comment' in within ? 'comment' : 'string', end.at);
      ({ within } = end);
      continue;
    }
    const rest = line.slice(at);
    if (rest.startsWith('//')) push('comment', line.length);
    else if (rest.startsWith('/*')) {
      push('comment', at + 2);
      within = { comment: 1 };
    } else {
      const opening = stringOpening(rest, language);
      if (opening !== undefined) {
        push('string', at + opening.length);
        within = { close: opening.close, raw: opening.raw };
      } else {
        const { kind, length } = word(rest, language, line.slice(0, at));
        push(kind, at + length);
      }
    }
  }
  // A C string ends with its line unless a backslash carries it on; a Rust string goes on.
  if (within !== undefined && !('comment' in within) && language === 'c' && !within.raw && !line.endsWith('\\')) within = undefined;
  return { tokens, within };
}

function endOfComment(line: string, from: number, depth: number, language: CodeLanguage): { readonly at: number; readonly within: Within } {
  let open = depth;
  for (let at = from; at < line.length; at++) {
    if (line.startsWith('*/', at)) {
      open--;
      at++;
      if (open === 0) return { at: at + 1, within: undefined };
    } else if (language === 'rust' && line.startsWith('/*', at)) {
      open++;
      at++;
    }
  }
  return { at: line.length, within: { comment: open } };
}

function endOfString(line: string, from: number, close: string, raw: boolean): { readonly at: number; readonly within: Within } {
  for (let at = from; at < line.length; at++) {
    if (!raw && line[at] === '\\') at++;
    else if (line.startsWith(close, at)) return { at: at + close.length, within: undefined };
  }
  return { at: line.length, within: { close, raw } };
}

interface Opening {
  readonly length: number;
  readonly close: string;
  readonly raw: boolean;
}

function stringOpening(rest: string, language: CodeLanguage): Opening | undefined {
  if (language === 'rust') {
    const raw = /^(?:b|c)?r(#*)"/.exec(rest);
    if (raw !== null) return { length: raw[0].length, close: `"${raw[1] ?? ''}`, raw: true };
    const plain = /^[bc]?"/.exec(rest);
    if (plain !== null) return { length: plain[0].length, close: '"', raw: false };
    // 'a is a lifetime, 'a' a character.
    const character = /^b?'(?=\\|[^\\']')/.exec(rest);
    return character === null ? undefined : { length: character[0].length, close: "'", raw: false };
  }
  const raw = /^(?:u8|[uUL])?R"([^()\\\s]{0,16})\(/.exec(rest);
  if (raw !== null) return { length: raw[0].length, close: `)${raw[1] ?? ''}"`, raw: true };
  const plain = /^(?:u8|[uUL])?(["'])/.exec(rest);
  return plain === null ? undefined : { length: plain[0].length, close: plain[1] ?? '"', raw: false };
}

function word(rest: string, language: CodeLanguage, before: string): { readonly kind: TokenKind; readonly length: number } {
  if (language === 'c' && before.trim() === '' && rest.startsWith('#')) return { kind: 'directive', length: /^#\s*\w*/.exec(rest)?.[0].length ?? 1 };
  if (language === 'rust' && /^#!?\[/.test(rest)) return { kind: 'directive', length: (rest.indexOf(']') + 1) || rest.length };
  // The file of an #include.
  if (language === 'c' && rest.startsWith('<') && /^\s*#\s*include\s*$/.test(before)) return { kind: 'string', length: (rest.indexOf('>') + 1) || rest.length };
  const number = /^(?:0[xX][\da-fA-F_']+|0[bB][01_']+|\d[\d_']*(?:\.(?!\.)[\d_]+)?(?:[eE][+-]?\d+)?)[A-Za-z_]*\d*/.exec(rest);
  if (number !== null) return { kind: 'number', length: number[0].length };
  const lifetime = language === 'rust' ? /^'[A-Za-z_]\w*/.exec(rest) : null;
  if (lifetime !== null) return { kind: 'type', length: lifetime[0].length };
  const name = /^[A-Za-z_]\w*/.exec(rest)?.[0];
  if (name === undefined) return { kind: 'plain', length: /^(?:\s+|.)/su.exec(rest)?.[0].length ?? 1 };
  if (KEYWORDS[language].has(name)) return { kind: 'keyword', length: name.length };
  if (TYPES[language].has(name) || (language === 'c' ? name.endsWith('_t') : /^[A-Z]\w*[a-z]/.test(name))) return { kind: 'type', length: name.length };
  if (language === 'rust' && /^\w+!(?!=)/.test(rest)) return { kind: 'call', length: name.length + 1 };
  return { kind: /^\w+\s*\(/.test(rest) ? 'call' : 'plain', length: name.length };
}

const KEYWORDS: Readonly<Record<CodeLanguage, ReadonlySet<string>>> = {
  c: new Set((
    'alignas alignof auto break case catch class const constexpr continue default delete do else enum extern false final for friend goto if inline namespace new noexcept nullptr operator override private '
    + 'protected public register restrict return sizeof static static_assert struct switch template this thread_local throw true try typedef typename typeof union using virtual volatile while '
    + '_Alignas _Alignof _Atomic _Noreturn _Static_assert _Thread_local __attribute__ __asm__ asm NULL'
  ).split(' ')),
  rust: new Set((
    'as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type union unsafe use where while'
  ).split(' ')),
};

const TYPES: Readonly<Record<CodeLanguage, ReadonlySet<string>>> = {
  c: new Set('bool char double float int long short signed unsigned void _Bool _Complex FILE'.split(' ')),
  rust: new Set('bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize'.split(' ')),
};
