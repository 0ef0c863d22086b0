import { useState } from 'react';
import { errorFacts } from '../../../shared/model/errors.ts';

interface Props<T> {
  readonly label: string;
  readonly value: string;
  /** undefined: not a value. */
  readonly parse: (text: string) => T | undefined;
  /** Rejects with what to ask before `confirmed`. */
  readonly write: (value: T, confirmed: boolean) => Promise<boolean>;
  readonly close: () => void;
}

/** A field for a new value: Enter writes, Escape leaves it. What the program would die of is asked about first. */
export function ValueEditor<T>({ label, value, parse, write, close }: Props<T>) {
  const [text, setText] = useState(value);
  const [question, setQuestion] = useState<string>();
  const parsed = parse(text);
  const submit = (confirmed: boolean): void => {
    if (parsed === undefined) return;
    write(parsed, confirmed).then((done) => {
      if (done) close();
    }, (error: unknown) => setQuestion(errorFacts(error).message));
  };
  return (
    <form
      className="value-editor"
      onSubmit={(event) => {
        event.preventDefault();
        submit(question !== undefined);
      }}
    >
      <input
        className="field mono" aria-label={label} aria-invalid={parsed === undefined} value={text} spellCheck={false} autoFocus
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          setText(event.target.value);
          setQuestion(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close();
          event.stopPropagation();
        }}
        onBlur={(event) => {
          if (event.relatedTarget === null || event.currentTarget.form?.contains(event.relatedTarget) === false) close();
        }}
      />
      {question === undefined ? null : <><span className="warn question">{question}</span><button type="submit" className="btn bd s">Write it</button></>}
    </form>
  );
}
