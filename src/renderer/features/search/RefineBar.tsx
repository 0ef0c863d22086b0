import { Equal, EqualNot, TrendingDown, TrendingUp } from 'lucide-react';
import { useState } from 'react';
import { parsePattern, searchTypeOf } from '../../../shared/analysis/search/parse-pattern.ts';
import { errorFacts, VmatlasError, type ErrorFacts } from '../../../shared/model/errors.ts';
import type { SearchPattern } from '../../../shared/model/search.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { useSearch } from './use-search.ts';

/** Keeps those of the places found to which something has happened since. */
export function RefineBar() {
  const { search } = useApp();
  const phase = useSearch((view) => view.phase);
  const total = useSearch((view) => view.total);
  const pattern = useSearch((view) => view.question?.pattern);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<ErrorFacts>();
  if (pattern === undefined || total === 0) return null;
  const isNumber = pattern.type === 'integer' || pattern.type === 'float' || pattern.type === 'pointer';
  const isExpression = pattern.type === 'regex';
  const disabled = phase !== 'done';
  const button = (type: 'changed' | 'unchanged' | 'increased' | 'decreased', title: string, Icon: typeof Equal) => (
    <button type="button" aria-label={title} disabled={disabled} title={isExpression ? `Keep places that ${title.toLowerCase()} the expression` : `Keep places that ${title.toLowerCase()} since they were last looked at`} onClick={() => void search.refine({ type })}>
      <Icon className="ico xs" aria-hidden="true" />{title}
    </button>
  );
  const equals = (): void => {
    try {
      setProblem(undefined);
      void search.refine({ type: 'fits', pattern: sameType(pattern, text) });
    } catch (error) {
      setProblem(errorFacts(error));
    }
  };
  return (
    <div className="search-refine" role="group" aria-label="Narrow the places found">
      <span className="seg s search-seg">
        {button('changed', isExpression ? 'No longer match' : 'Changed', EqualNot)}
        {button('unchanged', isExpression ? 'Still match' : 'Unchanged', Equal)}
      </span>
      {isNumber ? (
        <span className="seg s search-seg">
          {button('increased', 'Increased', TrendingUp)}
          {button('decreased', 'Decreased', TrendingDown)}
        </span>
      ) : null}
      {pattern.type === 'integer' || pattern.type === 'float' || isExpression ? (
        <input
          type="text" className="field mono search-equals" aria-label="Keep places that now hold" placeholder={isExpression ? 'now matches… ⏎' : 'now holds… ⏎'} spellCheck={false} value={text} disabled={disabled} aria-invalid={problem !== undefined}
          title={problem?.message ?? (isExpression ? 'Keep places where this expression matches now' : 'Keep places that now hold this value')} onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && text !== '') equals();
          }}
        />
      ) : null}
    </div>
  );
}

/** A value in the type of the search. Throws `invalid-argument`. */
function sameType(pattern: SearchPattern, text: string): SearchPattern {
  if (pattern.type === 'regex') return parsePattern(text, 'regex', { ignoreCase: pattern.ignoreCase });
  if (pattern.type !== 'integer' && pattern.type !== 'float') throw new VmatlasError({ code: 'invalid-argument', message: 'Only numbers are compared with a value.' });
  const letter = pattern.type === 'float' ? 'f' : pattern.signed ? 'i' : 'u';
  return parsePattern(text, searchTypeOf(`${letter}${pattern.widthBits}`) ?? 'u32', { bigEndian: pattern.bigEndian });
}
