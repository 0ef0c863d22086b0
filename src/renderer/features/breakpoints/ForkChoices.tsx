import type { RunChoices } from '../../../shared/model/run-control.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { CommandButton } from '../../widgets/CommandButton.tsx';

interface Choice<T> {
  readonly title: string;
  readonly options: readonly (readonly [T, string])[];
}

const FORK: Choice<RunChoices['followFork']> = { title: 'After fork, follow', options: [['parent', 'the parent'], ['child', 'the child']] };
const OTHER: Choice<boolean> = { title: 'The other process', options: [[true, 'runs on by itself'], [false, 'is held, stopped']] };
const EXEC: Choice<RunChoices['followExec']> = { title: 'A program that exec starts is', options: [['same', 'the same process to gdb'], ['new', 'a new one beside it']] };
const LOCKING: Choice<RunChoices['schedulerLocking']> = {
  title: 'When one thread goes on, the others', options: [['off', 'run too'], ['replay', 'run too, but not in a recording'], ['step', 'run, but not during steps'], ['on', 'stand still']],
};

/** What gdb does at fork and exec, and which threads run: the same settings as in its console. */
export function ForkChoices() {
  const { controller } = useApp();
  const control = useSession((view) => view.runControl);
  if (control === undefined) return <div className="empty"><b>These are gdb’s settings: attach it first</b></div>;
  const { choices, heldPids, recording } = control;
  return (
    <div className="body choices" data-autofocus tabIndex={-1}>
      <Radios choice={FORK} value={choices.followFork} onPick={(followFork) => void controller.run.choose({ followFork })} />
      <Radios choice={OTHER} value={choices.detachOnFork} onPick={(detachOnFork) => void controller.run.choose({ detachOnFork })} />
      <Radios choice={EXEC} value={choices.followExec} onPick={(followExec) => void controller.run.choose({ followExec })} />
      <Radios choice={LOCKING} value={choices.schedulerLocking} onPick={(schedulerLocking) => void controller.run.choose({ schedulerLocking })} />
      <p className="f3">All threads stop whenever one stops. {heldPids.length > 1 ? `gdb holds processes ${heldPids.join(', ')}.` : ''}</p>
      <div className="row">
        {recording === undefined ? <CommandButton id="run.record" className="btn bd s" label="Record" /> : <CommandButton id="run.record-stop" className="btn bd s on" label={`Stop recording (${recording.method})`} />}
        <CommandButton id="run.restart" className="btn bd s" label="Start again" showKeys={false} />
      </div>
    </div>
  );
}

function Radios<T extends string | boolean>({ choice, value, onPick }: { readonly choice: Choice<T>; readonly value: T; readonly onPick: (value: T) => void }) {
  return (
    <fieldset>
      <legend>{choice.title}</legend>
      {choice.options.map(([option, words]) => (
        <label key={String(option)}>
          <input type="radio" name={choice.title} checked={value === option} onChange={() => onPick(option)} />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
