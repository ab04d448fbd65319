import { describe, expect, it } from 'vitest';
import { returnKindOf } from '../../../core/commands/numbers/returnKind.ts';
import type { FoundSymbol } from '../../../core/symbols/index.ts';
import type { Module } from '../../../core/target/index.ts';
import type { BasicEncoding, Type } from '../../../core/types/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { openLab } from '../openLab.ts';

function basic(encoding: BasicEncoding, cName: string): Type {
  return { kind: 'basic', name: cName, cName, encoding, size: 4 };
}

function kindOf(name: string, returns?: Type, module = 'app') {
  const type: Type | undefined = returns && {
    kind: 'procedure',
    returns,
    parameters: [],
    variadic: false,
    size: 0,
  };
  const symbol = { name, rva: 0, kind: 'function', type } as const;
  const found: FoundSymbol = { module: { name: module } as Module, symbol, address: 0n, displacement: 0n };
  return returnKindOf(found);
}

describe('what a function returns', () => {
  it('is known by the types that a PDB keeps apart', () => {
    expect(kindOf('CoInitialize', basic('hresult', 'HRESULT'))).toBe('hresult');
    expect(kindOf('isOpen', basic('bool', 'bool'))).toBe('truth');
    expect(kindOf('f', basic('signed', 'int'))).toBeUndefined();
    const pointer = (target: Type): Type => ({ kind: 'pointer', mode: 'pointer', size: 4, target });
    expect(kindOf('CreateFileW', pointer(basic('void', 'void')))).toBe('handle');
    expect(kindOf('strchr', pointer(basic('char', 'char')))).toBe('pointer');
  });

  it('is NTSTATUS of a long in ntdll, and of a system service without types', () => {
    const long = basic('signed', 'long');
    expect(kindOf('RtlCreateHeapX', long, 'ntdll')).toBe('ntstatus');
    expect(kindOf('RegOpenKeyW', long, 'advapi32')).toBeUndefined();
    expect(kindOf('ZwClose')).toBe('ntstatus');
    expect(kindOf('NtCurrentTeb')).toBeUndefined();
    expect(kindOf('Ntohs2')).toBeUndefined();
  });
});

describe.skipIf(!hasCorpus)('$fnsucc', () => {
  it.each([
    // int: the flag decides
    ['RuntimeTest!wtoi_', '0', 0, 0n],
    ['RuntimeTest!wtoi_', '0', 1, 1n],
    ['RuntimeTest!wtoi_', '7', 0, 1n],
    ['RuntimeTest!wtoi_', '7', 1, 0n],
    // void *: a handle too
    ['MSVCR90D!malloc', '0', 0, 0n],
    ['MSVCR90D!malloc', 'ffffffff', 0, 0n],
    ['MSVCR90D!malloc', '28c0000', 1, 1n],
    // NTSTATUS: errors have the highest bit
    ['ntdll!NtClose', '0', 0, 1n],
    ['ntdll!NtClose', '40000000', 0, 1n],
    ['ntdll!NtClose', 'c0000008', 1, 0n],
  ])('of %s and %s with flag %i', async (name, value, flag, expected) => {
    const { session } = await openLab('x86-dll-O0');
    expect(session.evaluator.evaluate(`$fnsucc(${name}, ${value}, ${flag})`)).toBe(expected);
  });
});
