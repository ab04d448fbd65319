import { ExceptionCode } from '../../exceptions/index.ts';
import { isCanonical, judgeValue } from '../judgeValue.ts';
import type { FaultingInstruction, JudgedRegister, Suspect } from '../model.ts';
import { codeOf, type Clues, type Suspicion } from './clues.ts';

/** Where the operand was taken from in words: `[eax+8] with eax = null`. */
function operandText(instruction: FaultingInstruction | undefined): string[] {
  const i = instruction?.instruction;
  if (!i?.valid) return [];
  return (instruction?.registers ?? []).map(
    (r) => `register ${r.name} of the instruction's operand is ${r.text}`,
  );
}

function isFault(clues: Clues): boolean {
  const code = codeOf(clues);
  return code === ExceptionCode.AccessViolation || code === ExceptionCode.InPageError;
}

/** A null pointer, or a member of an object that a null pointer was taken for. */
export const nullDereference: Suspicion = (clues) => {
  const { access, instruction } = clues;
  if (!isFault(clues) || access?.place.kind !== 'null page' || access.kind === 'execute') return [];
  const offset = access.address;
  const nulls = (instruction?.registers ?? []).filter((r) => r.verdict === 'null');
  const statement =
    offset === 0n
      ? `A null pointer was ${access.kind === 'write' ? 'written' : 'read'} through`
      : `A member at offset 0x${offset.toString(16)} of an object was ${access.kind === 'write' ? 'written' : 'read'} through a null pointer`;
  return [
    {
      kind: 'null dereference',
      certainty: nulls.length > 0 || offset === 0n ? 'certain' : 'likely',
      statement,
      evidence: [
        `${access.kind} of 0x${offset.toString(16)} (${access.evidence})`,
        ...operandText(instruction),
      ],
    },
  ];
};

/** A call or jump to null, to data, to where no code is. */
export const badExecution: Suspicion = (clues) => {
  const { access, exception, frames } = clues;
  if (!isFault(clues) || access?.kind !== 'execute') return [];
  const at = `0x${access.address.toString(16)}`;
  const [, caller] = frames;
  const evidence = [`execution of ${at} (${access.evidence})`, `${at} is ${access.place.text}`];
  if (caller?.module)
    evidence.push(
      `the return address on the stack leads to ${caller.module.name}${caller.function ? `!${caller.function}` : ''}`,
    );
  if (exception?.registers)
    evidence.push(`the instruction pointer is 0x${exception.registers.ip.toString(16)}`);
  const what = {
    'null page': ['null call', 'A null function pointer was called'],
    stack: ['execution of data', 'Data on a stack was executed'],
    heap: ['execution of data', 'Data in a heap was executed'],
    module: ['execution of data', 'A part of a module that is no code was executed'],
    'unloaded module': ['unloaded module', 'Code of a module that had been unloaded was called'],
    'non-canonical': ['non-canonical address', 'A non-canonical address was executed'],
  }[access.place.kind as string] ?? ['bad code pointer', 'An address without code was executed'];
  return [{ kind: what[0] ?? '', certainty: 'certain', statement: what[1] ?? '', evidence }];
};

/** An address that the processor does not take: not 48 bits, sign-extended. */
export const nonCanonical: Suspicion = (clues) => {
  const { access, instruction, exception } = clues;
  if (!isFault(clues) || !access || access.kind === 'execute') return [];
  if (exception?.machine.pointerSize !== 8 || isCanonical(access.address)) return [];
  return [
    {
      kind: 'non-canonical address',
      certainty: 'certain',
      statement: `0x${access.address.toString(16)} is no canonical address: the pointer was overwritten or never one`,
      evidence: [access.evidence, ...operandText(instruction)],
    },
  ];
};

const PATTERN_KINDS = {
  freed: ['use of freed memory', 'Memory was used after it was freed'],
  uninitialised: ['use of uninitialised memory', 'Memory was used that nobody had written'],
  guard: ['buffer overrun', 'A pointer was read from the guard bytes around a block'],
  poison: ['invalid pointer', 'A pointer had a value that marks it invalid'],
} as const;

/** A pointer that is a fill pattern: of freed, fresh or guard memory. */
export const fillPatterns: Suspicion = (clues) => {
  if (!isFault(clues)) return [];
  const found = (clues.instruction?.registers ?? []).filter((r) => r.pattern !== undefined);
  if (found.length === 0) return patternOfAddress(clues);
  return found.flatMap((register): Suspect[] => {
    const { pattern } = register;
    if (!pattern) return [];
    const [kind, statement] = PATTERN_KINDS[pattern.meaning];
    const digits = pattern.value.toString(16).padStart(8, '0');
    return [
      {
        kind,
        certainty: 'likely',
        statement: `${statement} (fill pattern ${digits})`,
        evidence: [`register ${register.name} is ${register.text}`],
      },
    ];
  });
};

/** Where the code is not in the dump, the address itself may show the pattern. */
function patternOfAddress({ access, exception }: Clues): Suspect[] {
  const size = exception?.machine.pointerSize ?? 4;
  const judged = access && judgeValue('', access.address, size);
  if (!judged?.pattern) return [];
  const [kind, statement] = PATTERN_KINDS[judged.pattern.meaning];
  const digits = judged.pattern.value.toString(16).padStart(8, '0');
  return [
    {
      kind,
      certainty: 'likely',
      statement: `${statement} (fill pattern ${digits})`,
      evidence: [`the address of the ${access?.kind ?? 'access'} is ${judged.text}`],
    },
  ];
}

/** A pointer made of characters: a text was written over it. */
export const textAsPointer: Suspicion = (clues) => {
  if (!isFault(clues)) return [];
  const found: readonly JudgedRegister[] = (clues.instruction?.registers ?? []).filter(
    (r) => r.verdict === 'text',
  );
  return found.map((register) => ({
    kind: 'overwritten pointer',
    certainty: 'possible',
    statement: 'A pointer is made of characters: a text may have been written over it',
    evidence: [`register ${register.name} is ${register.text}`],
  }));
};

/** A pointer to memory that is not there, or must not be written. */
export const invalidPointer: Suspicion = (clues) => {
  const { access, instruction, exception } = clues;
  if (!isFault(clues) || !access || access.kind === 'execute') return [];
  const { place } = access;
  if (['null page', 'non-canonical', 'guard page'].includes(place.kind)) return [];
  const judged = (instruction?.registers ?? []).some((r) => r.verdict === 'pattern' || r.verdict === 'text');
  const wide = exception?.machine.pointerSize === 8;
  const minusOne = access.reported === BigInt.asUintN(wide ? 64 : 32, -1n);
  const there = ['module', 'stack', 'heap', 'other'].includes(place.kind);
  const statement = minusOne
    ? 'The address is -1: an error value was used as a pointer, or the address is not told'
    : there && access.kind === 'write'
      ? 'Memory was written that may only be read'
      : there
        ? 'Memory was read that may not be'
        : 'A pointer leads to no memory';
  return [
    {
      kind: there ? 'access denied' : 'invalid pointer',
      certainty: judged ? 'possible' : 'likely',
      statement,
      evidence: [`${access.kind} of ${place.text} (${access.evidence})`, ...operandText(instruction)],
    },
  ];
};
