import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeTokens, languageOf, type CodeLanguage, type TokenKind } from './code-tokens.ts';

const of = (text: string, language: CodeLanguage, kind: TokenKind): string[] =>
  codeTokens(text.split('\n'), language).flat().filter((token) => token.kind === kind).map((token) => token.text.trim());

describe('tokens of source text', () => {
  it('knows C', () => {
    const text = '#include <stdio.h>\nstatic int counter = 42; /* one\n * two */ int main(void) {\n  printf("a \\" // no comment\\n"); // yes\n  uint8_t c = \'"\'; return 0x10UL;\n}';
    expect(of(text, 'c', 'directive')).toEqual(['#include']);
    expect(of(text, 'c', 'string')).toEqual(['<stdio.h>', '"a \\" // no comment\\n"', '\'"\'']);
    expect(of(text, 'c', 'comment')).toEqual(['/* one', '* two */', '// yes']);
    expect(of(text, 'c', 'keyword')).toEqual(['static', 'return']);
    expect(of(text, 'c', 'type')).toEqual(['int', 'int', 'void', 'uint8_t']);
    expect(of(text, 'c', 'number')).toEqual(['42', '0x10UL']);
    expect(of(text, 'c', 'call')).toEqual(['main', 'printf']);
  });

  it('knows Rust: nested comments, raw and long strings, lifetimes and characters', () => {
    const text = '#![no_main]\n/* a /* b */ still */ fn f<\'a>(x: &\'a str) -> Vec<u8> {\n  let c = \'x\'; println!("one\n  two");\n  r#"raw " here"# ; 0..10\n}';
    expect(of(text, 'rust', 'directive')).toEqual(['#![no_main]']);
    expect(of(text, 'rust', 'comment')).toEqual(['/* a /* b */ still */']);
    expect(of(text, 'rust', 'string')).toEqual(["'x'", '"one', 'two"', 'r#"raw " here"#']);
    expect(of(text, 'rust', 'type')).toEqual(["'a", "'a", 'str', 'Vec', 'u8']);
    expect(of(text, 'rust', 'call')).toEqual(['println!']);
    expect(of(text, 'rust', 'number')).toEqual(['0', '10']);
  });

  it('ends an unclosed string with its line in C', () => {
    expect(of('char *a = "open\nint b;', 'c', 'type')).toEqual(['char', 'int']);
    expect(of('char *a = "open\\\nint b";', 'c', 'type')).toEqual(['char']);
  });

  it('loses no character', () => {
    const piece = fc.constantFrom('/*', '*/', '//', '"', "'", '\\', 'r#"', '"#', '#', 'int', ' ', 'x1', '0x', '1.5', '<', '(', 'é', '\t', 'R"(', ')"');
    fc.assert(fc.property(fc.array(fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')), { maxLength: 6 }), fc.constantFrom<CodeLanguage>('c', 'rust'), (lines, language) => {
      expect(codeTokens(lines, language).map((tokens) => tokens.map((token) => token.text).join(''))).toEqual(lines);
    }));
  });

  it('tells the language by the name', () => {
    expect([languageOf('a.c'), languageOf('/x/b.rs'), languageOf('c.HPP'), languageOf('d.py'), languageOf('Makefile')]).toEqual(['c', 'rust', 'c', undefined, undefined]);
  });
});
