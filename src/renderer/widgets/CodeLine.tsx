import './code-line.css';
import { useMemo } from 'react';
import { codeTokens, languageOf, type CodeToken } from '../kernels/code-tokens.ts';

/** Source text in its colours, by the name of its file; of a language that is not known, plain. */
export function useCodeTokens(lines: readonly string[], fileName: string): readonly (readonly CodeToken[])[] {
  return useMemo(() => {
    const language = languageOf(fileName);
    return language === undefined ? lines.map((text) => [{ kind: 'plain', text }]) : codeTokens(lines, language);
  }, [lines, fileName]);
}

/** A line of it. */
export function CodeLine({ tokens }: { readonly tokens: readonly CodeToken[] }) {
  return tokens.map(({ kind, text }, i) => (kind === 'plain' ? text : <span key={i} className={`tk-${kind}`}>{text}</span>));
}
