import { formatAddress } from '../../address/address.ts';
import { isFromKernel } from './sender-rule.ts';
import { placeWords } from './place.ts';
import { FPE_FLTDIV, FPE_INTDIV } from './signal-codes.ts';
import { evidence, type Rule, type Scene } from './verdict.ts';

export const misaligned: Rule = ({ attempt, facts, place }) => {
  if (attempt.alignment <= 1 || attempt.address === undefined) return undefined;
  const name = attempt.shape?.mnemonic ?? 'the instruction';
  const off = attempt.address % BigInt(attempt.alignment);
  return {
    id: 'misaligned', certainty: 'certain', title: 'Misaligned access',
    text: `${name} needs an address that is a multiple of ${attempt.alignment}; ${formatAddress(attempt.address)} is ${off} more than one (${placeWords(place)}).`,
    rule: facts.signal.name === 'SIGBUS' ? 'With alignment checking on (the AC flag) every access must be aligned to its size.' : 'Aligned vector instructions refuse other addresses (#GP), and the processor does not tell the kernel which it was.',
    evidence: [evidence('registers', `the operand’s address modulo ${attempt.alignment} is ${off}`, { kind: 'address', address: attempt.address })],
  };
};

export const privileged: Rule = ({ attempt, facts }) => {
  if (!attempt.privileged || attempt.shape === undefined) return undefined;
  const name = attempt.shape.mnemonic;
  const whole = facts.instruction?.text.replaceAll(/\s+/g, ' ') ?? name;
  const why = name === 'int' ? 'asks for a software interrupt that is not open to programs'
    : /^(?:in|out)/.test(name) ? 'talks to an I/O port, which is not open to this program (ioperm(2))' : 'is for the kernel only';
  return {
    id: 'privileged-instruction', certainty: 'certain', title: 'Privileged instruction', text: `${whole} ${why}.`, rule: 'In user mode (ring 3) the processor refuses privileged instructions (#GP).',
    evidence: [evidence('siginfo', `si_code ${facts.code} (SI_KERNEL), without an address`)],
  };
};

/** #GP for a reason that none of the others explain, such as a bad segment selector. */
export const refusedInstruction: Rule = ({ facts, attempt }) => {
  if (facts.signal.name !== 'SIGSEGV' || attempt.access !== 'none' || !isFromKernel(facts)) return undefined;
  return {
    id: 'privileged-instruction', certainty: 'likely', title: 'Refused instruction',
    text: `The processor refused ${attempt.shape?.mnemonic ?? 'the instruction'}, though none of its operands is a bad address: a right that the program has not, or a bad selector.`,
    rule: 'The processor refuses what user mode may not do (#GP).', evidence: [],
  };
};

export const illegalInstruction: Rule = ({ facts, attempt }) => {
  if (facts.signal.name !== 'SIGILL' || !isFromKernel(facts)) return undefined;
  const name = attempt.shape?.mnemonic;
  const trap = name === 'ud2' || name === 'ud1' || name === 'ud0';
  return {
    id: 'illegal-instruction', certainty: 'certain', title: 'Illegal instruction',
    text: trap ? `${name ?? ''} is there to fault: compilers put it where the program must never come (__builtin_trap, unreachable code, undefined behaviour that was found).`
      : name === undefined || name === '(bad)' ? 'The bytes at pc are no instruction: execution went astray, or the code was overwritten.'
      : `This processor does not know ${name} (or it is not enabled), or the bytes were never meant as code.`,
    rule: 'The processor raises #UD for what it does not know.',
    evidence: facts.instruction ? [evidence('memory', `bytes at pc: ${hex(facts.instruction.bytes)}`, { kind: 'address', address: facts.pc })] : [],
  };
};

export const division: Rule = ({ facts, attempt }) => {
  if (facts.signal.name !== 'SIGFPE' || !isFromKernel(facts)) return undefined;
  if (facts.code === FPE_FLTDIV) {
    return {
      id: 'divide-by-zero', certainty: 'certain', title: 'Floating-point division by zero', text: 'A floating-point number was divided by zero, and the program had asked to be told (feenableexcept).',
      rule: 'Floating-point exceptions are masked unless the program unmasks them in mxcsr or the control word.', evidence: [],
    };
  }
  if (facts.code !== FPE_INTDIV) return undefined;
  const divisor = attempt.operands[0];
  const value = divisor?.value;
  const zero = value === 0n;
  const words = value === undefined ? [] : [evidence(divisor?.kind === 'memory' ? 'memory' : 'registers', `the divisor ${divisor?.text ?? ''} is ${BigInt.asIntN(64, value) < 0n || zero ? '' : '0x'}${zero ? '0' : value.toString(16)}`)];
  return {
    id: 'divide-by-zero', certainty: zero ? 'certain' : value === undefined ? 'likely' : 'certain', title: zero || value === undefined ? 'Division by zero' : 'Division overflow',
    text: zero || value === undefined ? 'An integer was divided by zero.' : `The quotient does not fit into its register: the smallest number divided by −1, or a dividend too large (the divisor is not zero).`,
    rule: 'div and idiv fault (#DE) on a divisor of zero, and on a quotient that does not fit.', evidence: words,
  };
};

export const breakpointInstruction: Rule = ({ facts, ground }: Scene) => {
  if (facts.signal.name !== 'SIGTRAP' || !isFromKernel(facts)) return undefined;
  const before = ground.read(facts.pc - 2n, 2);
  const int3 = before?.[1] === 0xcc;
  const other = before?.[0] === 0xcd && before[1] === 0x03 ? 'int 3' : before?.[1] === 0xf1 ? 'int1' : undefined;
  if (!int3 && other === undefined) return undefined;
  return {
    id: 'breakpoint-instruction', certainty: 'certain', title: 'Breakpoint instruction',
    text: `The program itself holds ${int3 ? 'int3' : (other ?? '')}, the breakpoint instruction (__builtin_debugtrap, a debug assertion, or padding that was run into): it is not a breakpoint of gdb’s.`,
    rule: 'int3 raises #BP, which is SIGTRAP; the program goes on behind it when it is resumed.',
    evidence: [evidence('memory', `the byte${int3 ? '' : 's'} before pc: ${hex(int3 ? before.subarray(1) : (before ?? new Uint8Array(0)))}`)],
  };
};

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
