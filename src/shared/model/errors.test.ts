import { describe, expect, it } from 'vitest';
import { errorFacts, VmatlasError } from './errors.ts';

describe('VmatlasError', () => {
  it('keeps its facts and leaves out what it has not', () => {
    const error = new VmatlasError({ code: 'unmapped', message: 'Nothing is there.', remedy: 'Look elsewhere.' }, { cause: new Error('deep') });
    expect(errorFacts(error)).toEqual({ code: 'unmapped', message: 'Nothing is there.', remedy: 'Look elsewhere.' });
    expect(error.cause).toBeInstanceOf(Error);
  });
  it('calls everything else a fault of ours, with the words as evidence', () => {
    expect(errorFacts('text')).toMatchObject({ code: 'internal', evidence: 'text' });
    expect(errorFacts(new TypeError('odd')).evidence).toContain('odd');
  });
});
