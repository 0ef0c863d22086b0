import { VmatlasError } from '../../../shared/model/errors.ts';
import { MAX_REGEX_MATCH_BYTES, type TextEncoding } from '../../../shared/model/search.ts';
import { bytesMatcher } from './bytes-matcher.ts';
import { MOST_KEPT_BYTES, type Matcher } from './matcher.ts';

/** Matches of an expression, one after the other, none overlapping, none empty, none longer than MAX_REGEX_MATCH_BYTES. Folding case also folds the letters of Latin-1. */
export function regexMatcher(source: string, ignoreCase: boolean): Matcher {
  return expressionMatcher(new RegExp(inBytes(source), ignoreCase ? 'gis' : 'gs'), MAX_REGEX_MATCH_BYTES, 0, 1, false);
}

/** Matches of a text in an encoding. Folding case takes each letter in every form that the language's simple mappings lead to, so that Ä finds ä, and ß stays ß. */
export function textMatcher(text: string, encoding: TextEncoding, ignoreCase: boolean, align: number): Matcher {
  const letters = [...text].map((letter) => [...new Set((ignoreCase ? formsOf(letter) : [letter]).map((form) => encode(form, encoding)))]);
  if (letters.every((forms) => forms.length === 1)) return bytesMatcher(Buffer.concat(letters.map(([form]) => Buffer.from(form ?? '', 'latin1'))), align);
  const expression = letters.map((forms) => `(?:${forms.map(escapeBytes).join('|')})`).join('');
  const longest = sum(letters.map((forms) => Math.max(...forms.map((form) => form.length))));
  const shortest = sum(letters.map((forms) => Math.min(...forms.map((form) => form.length))));
  return expressionMatcher(new RegExp(expression, 'gs'), longest, Math.min(shortest, MOST_KEPT_BYTES), align, true);
}

function expressionMatcher(expression: RegExp, reachBytes: number, keptBytes: number, align: number, overlapping: boolean): Matcher {
  return {
    reachBytes,
    keptBytes,
    scan(bytes, from, until, end, sink) {
      const text = bytes.toString('latin1', from, end);
      let after = from;
      expression.lastIndex = 0;
      for (let found = expression.exec(text); found !== null; found = expression.exec(text)) {
        const at = from + found.index;
        if (at >= until) break;
        // More than can be kept in sight: cut, so that a match does not depend on where the reads happened to end.
        const length = Math.min(found[0].length, reachBytes);
        after = at + (overlapping ? 1 : Math.max(1, length));
        expression.lastIndex = after - from;
        if (length > 0 && at % align === 0 && !sink.add(at, length)) return after;
      }
      return Math.max(until, after);
    },
  };
}

/** The expression with its characters above \x7f as their UTF-8 bytes. Throws `invalid-argument` for one inside [ ], which would stand for one byte. */
function inBytes(source: string): string {
  let inClass = false;
  let out = '';
  const letters = [...source];
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i] ?? '';
    if (letter === '\\') out += letter + (letters[++i] ?? '');
    else if (letter.charCodeAt(0) > 0x7f) {
      if (inClass) {
        throw new VmatlasError({ code: 'invalid-argument', message: `The expression looks at single bytes, and "${letter}" inside [ ] is more than one.`, remedy: `Write (?:${letter}|…) instead.` });
      }
      out += `(?:${escapeBytes(encode(letter, 'utf-8'))})`;
    } else {
      if (letter === '[') inClass = true;
      else if (letter === ']') inClass = false;
      out += letter;
    }
  }
  return out;
}

function formsOf(letter: string): string[] {
  return [letter, letter.toLowerCase(), letter.toUpperCase()].filter((form) => [...form].length === 1);
}

/** Bytes as a string of one character each. */
function encode(text: string, encoding: TextEncoding): string {
  const bytes = Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'utf16le');
  return (encoding === 'utf-16be' ? bytes.swap16() : bytes).toString('latin1');
}

function escapeBytes(bytes: string): string {
  return [...bytes].map((byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
