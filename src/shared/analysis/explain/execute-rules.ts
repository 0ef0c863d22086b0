import { formatAddress, toAddress } from '../../address/address.ts';
import { readWord } from '../stack/read-bytes.ts';
import { followsCall } from '../stack/raw-words.ts';
import { byFunction, functionName } from './function-name.ts';
import { freedValue } from './heap-rules.ts';
import { placeWords, regionName } from './place.ts';
import { evidence, type Rule, type Scene } from './verdict.ts';

/** Below this nothing can be mapped (vm.mmap_min_addr, 64 KiB by default); the map's `null` zone says how far it is here. */
const FIRST_PAGE = 4096n;

/** The word below rsp is what a `ret` that has just run has taken. */
function justReturned({ facts, ground }: Scene): boolean {
  const taken = readWord(ground.read, facts.sp - 8n);
  if (taken !== facts.pc) return false;
  // After a call, the word at rsp is where that call came from.
  const back = readWord(ground.read, facts.sp);
  return back === undefined || !isReturnPlace(back, { ground });
}

function isReturnPlace(value: bigint, { ground }: Pick<Scene, 'ground'>): boolean {
  return value < 1n << 64n && ground.regions.regionAt(toAddress(value))?.perms.includes('x') === true && followsCall(value, ground.read);
}

export const badReturn: Rule = (scene) => {
  const { facts, attempt, place } = scene;
  if (attempt.access !== 'execute' || attempt.address === undefined) return undefined;
  const at = { kind: 'address', address: facts.sp } as const;
  const where = placeWords(place);
  if (attempt.via === 'return') {
    return {
      id: 'corrupted-return-address', certainty: 'certain', title: 'Return to an address that is none',
      text: `The return address on the stack was overwritten: ret would go to ${formatAddress(attempt.address)}, which is no address of the user half.`,
      rule: 'Bits 63 to 47 of an address must be equal (canonical form); the processor refuses to go anywhere else.',
      evidence: [evidence('memory', `the word at rsp, which ret takes, is ${formatAddress(attempt.address)}`, at)],
    };
  }
  if (attempt.via !== 'arrived' || !justReturned(scene)) return undefined;
  return {
    id: 'corrupted-return-address', certainty: 'likely', title: 'Return to a wrong address',
    text: `A function returned to ${formatAddress(attempt.address)} (${where}): the return address on its stack was overwritten.`,
    rule: place.region ? `Pages without x cannot be executed (${place.region.perms}).` : 'What is not mapped cannot be executed.',
    evidence: [
      evidence('memory', `the word below rsp, which a ret has just taken, is the same ${formatAddress(facts.pc)}`, { kind: 'address', address: toAddress(facts.sp - 8n) }),
      evidence('memory', 'the word at rsp is not the return address of a call', at),
    ],
  };
};

export const nullCall: Rule = ({ facts, ground, attempt, place }) => {
  if (attempt.access !== 'execute' || attempt.address === undefined || place.gap?.kind !== 'null') return undefined;
  const back = readWord(ground.read, facts.sp);
  const caller = back !== undefined && isReturnPlace(back, { ground }) ? back : undefined;
  const from = facts.frames[facts.frameLevel + 1];
  const isNull = attempt.address === 0n;
  return {
    id: 'null-call', certainty: isNull ? 'certain' : 'likely', title: 'Call through a null pointer',
    text: isNull ? `A function pointer was null${from === undefined || functionName(from.function) === undefined ? '' : `${byFunction(': ', from.function)} called through it`}.` : `A function pointer was ${formatAddress(attempt.address)}: probably taken from an object that a null pointer pointed to.`,
    rule: 'The lowest pages are never mapped (vm.mmap_min_addr), so that null pointers fault.',
    evidence: caller === undefined ? [] : [
      evidence('memory', `the word at rsp is the return address of the call, ${formatAddress(toAddress(caller))}`, { kind: 'frame', threadId: facts.thread.id, frameLevel: facts.frameLevel + 1 }),
    ],
  };
};

export const executeElsewhere: Rule = (scene) => {
  const { facts, ground, attempt, place } = scene;
  const { address } = attempt;
  if (attempt.access !== 'execute' || address === undefined) return undefined;
  const back = readWord(ground.read, facts.sp);
  const called = attempt.via === 'arrived' && back !== undefined && isReturnPlace(back, scene)
    ? [evidence('memory', `the word at rsp is the return address of a call, ${formatAddress(toAddress(back))}`, { kind: 'frame', threadId: facts.thread.id, frameLevel: facts.frameLevel + 1 })] : [];
  if (place.region && !place.region.perms.includes('x')) {
    const { region } = place;
    return {
      id: 'execute-non-executable', certainty: 'certain', title: `Execution in ${region.label === '' ? region.kind : region.label}`,
      text: `The program went on to execute ${regionName(region)}, which is data: ${called.length > 0 ? 'a function pointer pointed there' : 'a pointer to code, or a return address, was wrong'}.`,
      rule: `Pages without x cannot be executed (${region.perms}).`, evidence: called,
    };
  }
  const freed = freedValue(scene, [address, ...attempt.operands.flatMap(({ value }) => (value === undefined ? [] : [value]))]);
  if (freed) return freed;
  if (place.gap?.kind === 'non-canonical') {
    return {
      id: 'non-canonical', certainty: 'certain', title: 'Call of an address that is none', text: `The pointer to code holds ${formatAddress(address)}, which is no address at all: it was overwritten, or never set.`,
      rule: 'Bits 63 to 47 of an address must be equal (canonical form).', evidence: called,
    };
  }
  if (place.gap?.kind === 'kernel') {
    return {
      id: 'kernel-address', certainty: 'certain', title: 'Execution in the kernel’s half', text: `The program went to ${formatAddress(address)}, which belongs to the kernel.`,
      rule: 'The upper half of the address space is the kernel’s; programs may not touch it.', evidence: called,
    };
  }
  if (place.gap) {
    return {
      id: 'unmapped', certainty: 'certain', title: 'Execution where nothing is mapped',
      text: `The program went to ${formatAddress(address)}; ${placeWords(place)}. A pointer to code was wrong${address < FIRST_PAGE ? '' : ', or the library it pointed into is no longer loaded'}.`,
      rule: 'What is not mapped cannot be executed.', evidence: called,
    };
  }
  return undefined;
};
