import { Play } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import type { RecentTarget } from '../../../shared/rpc/contracts/processes.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { joinArgs, splitArgs } from '../../kernels/split-args.ts';

/** Starts a program under gdb. `from` fills the form with a recent launch. */
export function LaunchForm({ from, disabledBecause }: { readonly from: RecentTarget | undefined; readonly disabledBecause: string | undefined }) {
  const { controller } = useApp();
  const launching = useSession((view) => view.busy.has('launch'));
  const [program, setProgram] = useState(from?.program ?? '');
  const [args, setArgs] = useState(joinArgs(from?.args ?? []));
  const [cwd, setCwd] = useState(from?.cwd ?? '');
  const [stopAtMain, setStopAtMain] = useState(true);
  const split = splitArgs(args);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (split === undefined || program.trim() === '') return;
    void controller.launch({ program: program.trim(), args: split, cwd: cwd.trim(), env: {}, stopAt: stopAtMain ? 'main' : '' });
  };
  return (
    <form className="card launch" aria-labelledby="launch-title" onSubmit={submit}>
      <h2 id="launch-title">Launch a program</h2>
      <label><span>Program</span><input className="field mono" value={program} placeholder="/path/to/program" spellCheck={false} onChange={(event) => setProgram(event.target.value)} /></label>
      <label>
        <span>Arguments</span>
        <input className="field mono" value={args} placeholder="as in a shell, quotes allowed" spellCheck={false} aria-invalid={split === undefined} onChange={(event) => setArgs(event.target.value)} />
      </label>
      {split === undefined ? <p className="bad small" role="alert">A quote is not closed.</p> : null}
      <label><span>Folder</span><input className="field mono" value={cwd} placeholder="where vmatlas was started" spellCheck={false} onChange={(event) => setCwd(event.target.value)} /></label>
      <div className="row launch-foot">
        <label className="check"><input type="checkbox" checked={stopAtMain} onChange={(event) => setStopAtMain(event.target.checked)} /> stop at main</label>
        <span className="grow" />
        <button type="submit" className="btn primary" disabled={program.trim() === '' || split === undefined || launching || disabledBecause !== undefined} title={disabledBecause}>
          <Play className="ico s" fill="currentColor" /> {launching ? 'Launching…' : 'Launch'}
        </button>
      </div>
    </form>
  );
}
