import { describe, expect, it } from 'vitest';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { CheckRecorder } from './check-recorder.ts';

const CHECK = { id: 'one', title: 'One' };
const SEEN = { from: 'somewhere', text: 'seen' };

/** The result of a check that does this. */
function resultOf(run: (check: CheckRecorder) => void) {
  const recorder = new CheckRecorder();
  try {
    run(recorder);
    return recorder.result(CHECK);
  } catch (error) {
    return recorder.result(CHECK, error);
  }
}

describe('a check', () => {
  it('holds when every claim was seen to be so, and not when nothing was looked at', () => {
    expect(resultOf((check) => check.expect(true, 'so', SEEN))).toEqual({ ...CHECK, state: 'holds', findings: [{ holds: true, text: 'so', evidence: [SEEN] }] });
    expect(resultOf(() => undefined).state).toBe('cannot');
    expect(resultOf((check) => check.note('only a note', SEEN)).state).toBe('cannot');
  });

  it('fails by one claim that is not so, whatever comes after', () => {
    const failing = (check: CheckRecorder): void => void (check.expect(true, 'so', SEEN), check.expect(false, 'not so', SEEN));
    expect(resultOf(failing).state).toBe('fails');
    const then = resultOf((check) => {
      failing(check);
      check.ifItFails('do this');
      check.cannot('and it broke');
    });
    expect(then).toMatchObject({ state: 'fails', remedy: 'do this' });
  });

  it('is undecided when it says so, or when something goes wrong, with its words', () => {
    expect(resultOf((check) => check.notYet('press Continue'))).toMatchObject({ state: 'not-yet', remedy: 'press Continue' });
    const gone = resultOf(() => {
      throw new VmatlasError({ code: 'process-exited', message: 'It is gone.', evidence: 'ESRCH', remedy: 'Start it.' });
    });
    expect(gone).toMatchObject({ state: 'cannot', remedy: 'It is gone. Start it.', findings: [{ holds: undefined, evidence: [{ text: 'ESRCH' }] }] });
  });

  it('may claim nothing without evidence', () => {
    expect(resultOf((check) => check.expect(true, 'because I say so'))).toMatchObject({ state: 'cannot' });
  });
});
