import { Play } from 'lucide-react';
import type { FormEvent } from 'react';
import { splitArgs } from '../../kernels/split-args.ts';
import { useApp, useLabs } from '../../widgets/app-context.tsx';
import { useOtherSession } from './LabRunBar.tsx';

/** The program of the thirteenth lab: any of the user's. */
export function OwnForm() {
  const { labs } = useApp();
  const busy = useLabs((view) => view.starting !== undefined || view.verifying !== undefined);
  const other = useOtherSession();
  const { program, args, cwd } = useLabs((view) => view.own);
  const split = splitArgs(args);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (split === undefined || program.trim() === '' || busy) return;
    void labs.startOwn({ program: program.trim(), args: split, cwd: cwd.trim() });
  };
  return (
    <form className="lab-own" aria-labelledby="lab-own" onSubmit={submit}>
      <h3 id="lab-own">Your program</h3>
      <label><span>Program</span><input className="field mono" value={program} placeholder="/path/to/program, with debug information" spellCheck={false} onChange={(event) => labs.setOwn({ program: event.target.value })} /></label>
      <label>
        <span>Arguments</span>
        <input className="field mono" value={args} placeholder="as in a shell, quotes allowed" spellCheck={false} aria-invalid={split === undefined} onChange={(event) => labs.setOwn({ args: event.target.value })} />
      </label>
      {split === undefined ? <p className="bad small" role="alert">A quote is not closed.</p> : null}
      <label><span>Folder</span><input className="field mono" value={cwd} placeholder="where vmatlas was started" spellCheck={false} onChange={(event) => labs.setOwn({ cwd: event.target.value })} /></label>
      {other === undefined ? null : <p className="f2 small">{other}</p>}
      <div className="row">
        <span className="grow" />
        <button type="submit" className="btn primary s" disabled={program.trim() === '' || split === undefined || busy}><Play className="ico xs" fill="currentColor" aria-hidden="true" />{other === undefined ? 'Run to main' : 'Close it and run to main'}</button>
      </div>
    </form>
  );
}
