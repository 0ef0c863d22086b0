import { useState } from 'react';
import type { RunController } from '../../state/run-controller.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { ADDABLE, wishOf, type Addable, type Wish } from './add-wish.ts';

const HINTS: Readonly<Partial<Record<Addable, string>>> = {
  'watch-write': 'variable, or 0x…, bytes', 'watch-read': 'variable, or 0x…, bytes', 'watch-access': 'variable, or 0x…, bytes', 'catch-signal': 'SIGUSR1 (none: any)',
  'catch-syscall': 'write (none: any)',
};

/** Adds a breakpoint, watchpoint or catchpoint by name. */
export function AddBreakpoint() {
  const { controller } = useApp();
  const [kind, setKind] = useState<Addable>('break');
  const [text, setText] = useState('');
  const [condition, setCondition] = useState('');
  const busy = useSession((view) => view.busy.has('insertBreakpoint') || view.busy.has('insertWatchpoint') || view.busy.has('insertCatchpoint'));
  const wish = wishOf(kind, text);
  const takesText = !kind.startsWith('catch-') || kind === 'catch-signal' || kind === 'catch-syscall';
  // Until it is known what is watched, one may be on the way; bytes that are watched by their address have none.
  const takesCondition = !kind.startsWith('catch-') && wish?.kind !== 'watch-range';
  return (
    <form
      className="add-breakpoint" aria-label="Add a breakpoint"
      onSubmit={(event) => {
        event.preventDefault();
        if (wish === undefined || busy) return;
        void carryOut(controller.run, wish, condition.trim()).then((done) => {
          if (!done) return;
          setText('');
          setCondition('');
        });
      }}
    >
      <div className="row">
        <select className="field s kind-choice" aria-label="Kind" value={kind} onChange={(event) => setKind(ADDABLE.find(([id]) => id === event.target.value)?.[0] ?? 'break')}>
          {ADDABLE.map(([id, words]) => <option key={id} value={id}>{words}</option>)}
        </select>
        <input
          className="field s mono grow" aria-label="Place" value={text} disabled={!takesText} spellCheck={false}
          placeholder={takesText ? (HINTS[kind] ?? 'function, file:line or 0x…') : ''} onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className="row">
        <input className="field s mono grow" aria-label="Condition" value={condition} disabled={!takesCondition} placeholder={takesCondition ? 'only if (expression)' : ''} spellCheck={false} onChange={(event) => setCondition(event.target.value)} />
        <button type="submit" className="btn bd s" disabled={wish === undefined || busy}>Add</button>
      </div>
    </form>
  );
}

function carryOut(run: RunController, wish: Wish, condition: string): Promise<boolean> {
  switch (wish.kind) {
    case 'break':
      return run.insertBreakpoint({ location: wish.location, temporary: wish.temporary, hardware: wish.hardware, ...(condition === '' ? {} : { condition }) });
    case 'watch-range':
      return run.watchRange(wish.range, wish.access);
    case 'watch':
      return run.watchExpression(wish.expression, wish.access, condition);
    case 'catch':
      return run.insertCatchpoint(wish.catching, wish.what);
  }
}
