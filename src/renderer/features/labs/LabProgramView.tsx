import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Lab, LabLanguage, LabSourceFile } from '../../../shared/model/lab.ts';
import { CodeLine, useCodeTokens } from '../../widgets/CodeLine.tsx';
import { CopyButton } from '../../widgets/CopyButton.tsx';

/** The lab's program in the chosen language: its files, and what compiles it. */
export function LabProgramView({ lab, language }: { readonly lab: Lab; readonly language: LabLanguage }) {
  const program = lab.programs.find((one) => one.language === language);
  const [open, setOpen] = useState(true);
  const [index, setIndex] = useState(0);
  const file = program?.files[index] ?? program?.files[0];
  if (program === undefined || file === undefined) return null;
  return (
    <section aria-labelledby="lab-program">
      <h3 id="lab-program">
        <button type="button" className="lab-fold" aria-expanded={open} onClick={() => setOpen(!open)}><ChevronRight className="ico xs" aria-hidden="true" />The program <span className="f3 mono">{program.files.map(({ name }) => name).join(', ')}</span></button>
      </h3>
      {!open ? null : (
        <div className="lab-program">
          <div className="lab-program-head">
            {program.files.length === 1 ? <span className="mono f2">{file.name}</span> : (
              <div className="seg s" role="group" aria-label="File">{program.files.map(({ name }, i) => <button key={name} type="button" className="mono" aria-pressed={name === file.name} onClick={() => setIndex(i)}>{name}</button>)}</div>
            )}
            <span className="grow" />
            <CopyButton text={file.text} what={file.name} />
          </div>
          <Code file={file} />
          {program.commands.map((line) => <code key={line} className="lab-command selectable">$ {line}</code>)}
        </div>
      )}
    </section>
  );
}

function Code({ file }: { readonly file: LabSourceFile }) {
  const lines = useLines(file.text);
  const tokens = useCodeTokens(lines, file.name);
  return (
    <div className="lab-code selectable" role="region" aria-label={`Source of ${file.name}`} tabIndex={0}>
      <ol>{tokens.map((line, i) => <li key={i}><code><CodeLine tokens={line} />{'\n'}</code></li>)}</ol>
    </div>
  );
}

function useLines(text: string): readonly string[] {
  const [kept, setKept] = useState<{ readonly text: string; readonly lines: readonly string[] }>({ text: '', lines: [] });
  if (kept.text === text) return kept.lines;
  const lines = text.replace(/\n$/, '').split('\n');
  setKept({ text, lines });
  return lines;
}
