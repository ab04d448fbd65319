import { beforeAll, describe, expect, it } from 'vitest';
import { provideForeignNames } from '../../../core/node/index.ts';
import { provideDemangler, undecorate, undecorateC } from '../../../core/symbols/index.ts';
import { hasLlvm, llvmCxxfilt } from './llvmTools.ts';

describe('names of other compilers', () => {
  beforeAll(provideForeignNames);

  it.each([
    ['_ZN3foo3barEv', 'foo::bar()', 'foo::bar'],
    ['__ZNK3foo3barEPFvcE', 'foo::bar(void (*)(char)) const', 'foo::bar'],
    ['_ZN3fooclEi', 'foo::operator()(int)', 'foo::operator()'],
    ['_ZTV3foo', '{vtable(foo)}', '{vtable(foo)}'],
    [
      '_ZN4core3fmt9Formatter3pad17h0123456789abcdefE',
      'core::fmt::Formatter::pad',
      'core::fmt::Formatter::pad',
    ],
    ['_RNvCskwGfYPst2Cb_3foo16example_function', 'foo::example_function', 'foo::example_function'],
    ['_RTC_Initialize', '_RTC_Initialize', '_RTC_Initialize'],
    ['_Zebra', '_Zebra', '_Zebra'],
    ['main', 'main', 'main'],
  ])('%s', (name, complete, nameOnly) => {
    expect(undecorate(name)).toBe(complete);
    expect(undecorate(name, { nameOnly: true })).toBe(nameOnly);
  });

  it.skipIf(!hasLlvm)('agrees with llvm-cxxfilt', () => {
    const names = [
      '_ZNSt6vectorIiSaIiEE9push_backERKi',
      '_ZNSt3mapISsiSt4lessISsESaISt4pairIKSsiEEEixERS3_',
      '_ZN12_GLOBAL__N_14Anon1fEv',
      '_ZZ5localvEN1L1mEv',
      '_Z4fp4xPFPFvcEiE',
    ];
    expect(names.map((n) => undecorate(n).replace(/\s/g, ''))).toEqual(
      llvmCxxfilt(names).map((n) => n.replace(/\s/g, '')),
    );
  });

  it('is not held up by names that stand for enormous ones, and reads others after them', () => {
    // each substitution names the two before it
    let bomb = '_Z1fp1qIS_S_E';
    for (let i = 1; i < 60; i++)
      bomb += `S0_IS${i.toString(36).toUpperCase()}_S${i.toString(36).toUpperCase()}_E`;
    expect(undecorate(bomb)).toBe(bomb);
    expect(undecorate('_ZN3foo3barEv')).toBe('foo::bar()');
  });

  it('stays as it is without a library', () => {
    provideDemangler(() => () => undefined);
    expect(undecorate('_ZN3foo3barEv')).toBe('_ZN3foo3barEv');
    provideForeignNames();
  });
});

describe('undecorateC', () => {
  it.each([
    ['_main', 'main', 'main'],
    ['_CloseHandle@4', 'CloseHandle', 'CloseHandle@4'],
    ['@__security_check_cookie@4', '__security_check_cookie', '@__security_check_cookie@4'],
    ['__imp__CloseHandle@4', '_imp__CloseHandle', '_imp__CloseHandle@4'],
    ['__C_specific_handler', '_C_specific_handler', '_C_specific_handler'],
    ['vectored@@24', 'vectored', 'vectored'],
    ['@ILT+5(_main)', 'ILT+5(_main)', '@ILT+5(_main)'],
    ['_', '_', '_'],
    ['plain', 'plain', 'plain'],
  ])('%s', (name, x86, x64) => {
    expect(undecorateC(name, { x86: true })).toBe(x86);
    expect(undecorateC(name, { x86: false })).toBe(x64);
  });
});
