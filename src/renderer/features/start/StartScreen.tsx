import './start.css';
import { Boxes, FlaskConical, Sun, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import type { HostEnvironment, RecentTarget } from '../../../shared/rpc/contracts/processes.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { Logo } from '../../widgets/Logo.tsx';
import { Environment } from './Environment.tsx';
import { LaunchForm } from './LaunchForm.tsx';
import { ProcessPicker } from './ProcessPicker.tsx';
import { joinArgs } from '../../kernels/split-args.ts';

/** Where the user says what to look at: a running process, a program to launch, the demo, or something recent. */
export function StartScreen() {
  const { clients, commands, controller } = useApp();
  const [environment, setEnvironment] = useState<HostEnvironment>();
  const [failure, setFailure] = useState<ErrorFacts>();
  const [recent, setRecent] = useState<readonly RecentTarget[]>([]);
  const [chosen, setChosen] = useState<RecentTarget>();
  const phase = useSession((view) => view.session?.phase);
  const demoBusy = useSession((view) => view.busy.has('launchDemo'));

  useEffect(() => {
    let over = false;
    clients.processes.environment({}).then((answer) => over || setEnvironment(answer), (error: unknown) => over || setFailure(errorFacts(error)));
    // Without a list of recent targets the screen is whole; the environment's failure already tells of a broken host.
    clients.processes.recent({}).then((answer) => over || setRecent(answer), () => {});
    return () => {
      over = true;
    };
  }, [clients]);

  const forget = (program: string): void => {
    setRecent((list) => list.filter((target) => target.program !== program));
    clients.processes.forgetRecent({ program }).catch((error: unknown) => setFailure(errorFacts(error)));
  };

  const noGdb = environment !== undefined && environment.gdb === undefined ? environment.gdbProblem?.message ?? 'There is no gdb.' : undefined;
  return (
    <div className="start">
      <header className="start-top">
        <Logo size={30} />
        <div>
          <h1>vmatlas</h1>
          <p className="f2">See the address space of a live process: what is mapped where, why, and what the bytes are.</p>
        </div>
        <span className="grow" />
        <button type="button" className="btn icon" aria-label="Switch between dark and light" title="Switch between dark and light" onClick={() => commands.run('window.theme')}><Sun className="ico" /></button>
      </header>
      <div className="start-columns">
        <ProcessPicker />
        <div className="start-side">
          <section className="card demo" aria-labelledby="demo-title">
            <Boxes className="ico demo-ico" aria-hidden="true" />
            <div className="grow">
              <h2 id="demo-title">First time here?</h2>
              <p className="f2">The demo keeps one object in every kind of memory and stops in its deepest function.</p>
            </div>
            <button
              type="button" className="btn bd" disabled={demoBusy || noGdb !== undefined || environment?.demoProgram === undefined}
              title={noGdb ?? (environment !== undefined && environment.demoProgram === undefined ? 'The demo is not compiled; npm start does that' : undefined)}
              onClick={() => void controller.launchDemo()}
            >
              {demoBusy ? 'Starting…' : 'Open the demo'}
            </button>
          </section>
          <section className="card demo" aria-labelledby="labs-title">
            <FlaskConical className="ico demo-ico" aria-hidden="true" />
            <div className="grow">
              <h2 id="labs-title">Labs</h2>
              <p className="f2">Small programs that prove what is said of each region, checked on the live process.</p>
            </div>
            <button type="button" className="btn bd" onClick={() => commands.run('labs.show')}>Open the labs</button>
          </section>
          <LaunchForm key={chosen === undefined ? '' : `${chosen.program} ${chosen.lastOpenedMs}`} from={chosen} disabledBecause={noGdb} />
          <section className="card recent" aria-labelledby="recent-title">
            <h2 id="recent-title">Recent</h2>
            {recent.length === 0 ? <p className="f3">What you open is listed here.</p> : (
              <ul>
                {recent.map((target) => (
                  <li key={`${target.how} ${target.program} ${target.lastOpenedMs}`} className="row">
                    <button type="button" className="recent-open grow" title={`Fill the launch form with ${target.program}`} onClick={() => setChosen(target)}>
                      <span className="mono ellipsis">{target.program.replace(/^.*\//, '')} <span className="f2">{joinArgs(target.args)}</span></span>
                      <span className="f3 small ellipsis">{target.how === 'launch' ? 'launched' : 'observed'}, {target.program}</span>
                    </button>
                    <button type="button" className="btn icon s" aria-label={`Forget ${target.program}`} title="Forget" onClick={() => forget(target.program)}><X className="ico xs" /></button>
                  </li>
                ))}
              </ul>
            )}
          </section>
        </div>
      </div>
      <Environment environment={environment} failure={failure} />
      {phase === 'opening' ? <div className="overlay"><div className="dialog opening" role="status">Opening…</div></div> : null}
    </div>
  );
}
