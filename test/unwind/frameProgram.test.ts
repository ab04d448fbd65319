import { describe, expect, it } from 'vitest';
import { runFrameProgram } from '../../core/unwind/x86/frameProgram.ts';

const STACK: Readonly<Record<number, number>> = {
  0x1000: 0x1020,
  0x1004: 0x401234,
  0x1008: 7,
  0x0ffc: 0x11,
  0x0ff8: 0x22,
};
const given = new Map([
  ['$ebp', 0x1000],
  ['$esp', 0xff0],
  ['$ebx', 5],
  ['.raSearch', 0x1004],
  ['.cbSavedRegs', 8],
]);

function run(program: string): Record<string, number> | undefined {
  const result = runFrameProgram(program, given, (at) => STACK[at]);
  return result && Object.fromEntries(result);
}

describe('frame programs', () => {
  it('computes the caller of a function with a frame pointer', () => {
    expect(run('$T0 $ebp = $eip $T0 4 + ^ = $ebp $T0 ^ = $esp $T0 8 + =')).toEqual({
      $T0: 0x1000,
      $eip: 0x401234,
      $ebp: 0x1020,
      $esp: 0x1008,
    });
  });

  it('computes the caller of one without, and restores saved registers', () => {
    const result = run('$T0 .raSearch = $eip $T0 ^ = $esp $T0 4 + = $ebp $T0 8 - ^ = $ebx $T0 12 - ^ =');
    expect(result).toMatchObject({ $eip: 0x401234, $esp: 0x1008, $ebp: 0x11, $ebx: 0x22 });
  });

  it('knows registers by their CodeView numbers, as newer PDBs write them', () => {
    expect(run('$T0 .raSearch =  $20 $T0 8 - ^ =  $23 $T0 12 - ^ = ')).toMatchObject({
      $ebx: 0x11,
      $esi: 0x22,
    });
  });

  it('needs no blanks between tokens', () => {
    // from the PDB of a real program, of a function with a realigned frame
    expect(run('$T0 $ebp 0 + =$eip $T0 4 + ^ =$ebp $T0 ^ = $esp $T0 8 + = ')).toMatchObject({
      $eip: 0x401234,
    });
  });

  it('aligns downwards', () => {
    expect(run('$T1 $ebp 15 + 16 @ =')).toEqual({ $T1: 0x1000 });
    expect(run('$T1 $ebp 3 @ =')).toBeUndefined();
  });

  it('computes in 32 bits without sign', () => {
    expect(run('$T0 0 1 - = $T1 $T0 2 * = $T2 7 2 / = $T3 7 2 % =')).toEqual({
      $T0: 0xffffffff,
      $T1: 0xfffffffe,
      $T2: 3,
      $T3: 1,
    });
  });

  it.each([
    ['a value that nobody set', '$T0 $T9 4 + ='],
    ['memory that is not there', '$T0 0 ^ ='],
    ['an operator without operands', '$T0 ='],
    ['an operand too many', '$T0 4 4 ='],
    ['division by zero', '$T0 4 0 / ='],
    ['an assignment to a number', '4 4 ='],
    ['what is no token', '$T0 $ebp ! ='],
    ['nothing', '   '],
    ['more than any compiler writes', '$T0 1 = '.repeat(2000)],
  ])('gives up on %s', (_what, program) => {
    expect(run(program)).toBeUndefined();
  });
});
