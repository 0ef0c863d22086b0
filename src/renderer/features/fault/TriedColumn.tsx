import { Zap } from 'lucide-react';
import { Fragment } from 'react';
import type { Explanation, FaultOperand } from '../../../shared/model/explanation.ts';
import { Addr } from '../../widgets/Addr.tsx';
import { useApp } from '../../widgets/app-context.tsx';
import { CodeLine, useCodeTokens } from '../../widgets/CodeLine.tsx';
import { foldFrames, triedWords, valueWords } from './fault-words.ts';
import { MOVED_BY } from './use-show.ts';

/** What the program was doing: the access, the instruction with its operands, the source line, the way here. */
export function TriedColumn({ explanation: e }: { readonly explanation: Explanation }) {
  const tried = triedWords(e);
  return (
    <section className="flt-col" aria-label="What the program tried">
      <h3>What it tried</h3>
      {e.address === undefined || tried === '' ? (
        <p>{e.access === 'none' ? 'No memory was touched.' : 'The address is not known.'} <span className="f2">{e.signal?.meaning}</span></p>
      ) : (
        <p>It {tried} <Addr address={e.address} movedBy={MOVED_BY} />{e.addressFrom === 'operand' ? <span className="f3" title="The kernel is not told this address; it is computed from the instruction’s operand and the registers">, by the instruction’s operand</span> : ''}.</p>
      )}
      {e.instruction === undefined ? <p className="f3">No instruction can be read at <Addr address={e.pc} movedBy={MOVED_BY} />.</p> : (
        <>
          <div className="flt-insn">
            <Addr address={e.instruction.address} movedBy={MOVED_BY} title="Go to the instruction" />
            <code>{e.instruction.text.replaceAll(/\s+/g, ' ')}</code>
          </div>
          <Operands operands={e.instruction.operands} />
        </>
      )}
      <SourceLine explanation={e} />
      <CallPath explanation={e} />
    </section>
  );
}

function Operands({ operands }: { readonly operands: readonly FaultOperand[] }) {
  if (operands.length === 0) return null;
  return (
    <table className="flt-ops">
      <tbody>
        {operands.map((operand) => (
          <tr key={operand.text} className={operand.faulted ? 'faulted' : ''}>
            <th scope="row" className="mono">{operand.faulted ? <Zap className="ico xs bad" aria-label="the operand that failed" /> : <span className="ico xs" />}{operand.text}</th>
            <td>
              {operand.address === undefined ? null : <>at <Addr address={operand.address} movedBy={MOVED_BY} /> </>}
              {operand.value === undefined ? null : <>{operand.kind === 'immediate' ? 'is' : 'holds'} <span className="mono">{valueWords(operand.value)}</span> </>}
              {operand.kind !== 'memory' ? null : operand.registers.map(({ name, value }) => (
                <span key={name} className="f2 flt-reg"><span className="mono">{name}</span> = <span className={value === 0n ? 'mono bad' : 'mono'}>{valueWords(value)}</span></span>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SourceLine({ explanation: { source, sourceText, function: name, frameLevel, thread } }: { readonly explanation: Explanation }) {
  const { commands, controller } = useApp();
  const [tokens] = useCodeTokens([sourceText?.trim() ?? ''], source?.file ?? '');
  if (source === undefined) return name === undefined ? null : <p className="f2">in <span className="mono">{name}</span>, without a source line</p>;
  return (
    <button
      type="button" className="flt-source" title="Show it in the source" onClick={() => {
        commands.run('view.source');
        void controller.selectThread(thread.id).then(() => controller.selectFrame(frameLevel));
      }}
    >
      <span className="mono lk">{source.file.replace(/^.*\//, '')}:{source.line}</span>
      <code className="ellipsis">{tokens === undefined || sourceText === undefined ? '' : <CodeLine tokens={tokens} />}</code>
    </button>
  );
}

/** Innermost first; a click selects the frame. */
function CallPath({ explanation: { frames, thread } }: { readonly explanation: Explanation }) {
  const { controller, session } = useApp();
  if (frames.length === 0) return null;
  const select = (level: number): void => {
    const same = session.getState().selectedThread === thread.id;
    void (same ? Promise.resolve() : controller.selectThread(thread.id)).then(() => controller.selectFrame(level));
  };
  return (
    <p className="flt-path" aria-label="Call path, innermost first">
      <span className="f3">thread {thread.id} in </span>
      {foldFrames(frames).map(({ frame, count }, i) => (
        <Fragment key={frame.level}>
          {i === 0 ? null : <span className="f3"> ← </span>}
          <button type="button" className="mono lk" title={`Frame ${frame.level}${frame.source === undefined ? '' : `, ${frame.source.file}:${frame.source.line}`}`} onClick={() => select(frame.level)}>{frame.function ?? `0x${frame.pc.toString(16)}`}</button>{count === 1 ? null : <span className="f3"> ×{count}{i === foldFrames(frames).length - 1 ? ' and on' : ''}</span>}
        </Fragment>
      ))}
    </p>
  );
}
