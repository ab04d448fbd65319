import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../core/eval/index.ts';
import { AwaitFirst, StillframeError } from '../../core/errors/index.ts';
import { MACHINES } from '../../core/target/index.ts';
import { fakeEnvironment, type FakeOptions } from './fakeEnvironment.ts';

const x86: FakeOptions = {
  machine: MACHINES.x86,
  registers: { eax: 0xffffffffn, esi: 0x032c7c68n, ah: 3n, esp: 0x1010n },
  modules: { ntdll: 0x77a60000n, 'foo.bar': 20n },
  symbols: {
    'ntdll!LdrInitializeThunk': [0x77abdc60n],
    'foo!bar::baz': [40n],
    fade: [0x5000n],
    "ntdll!`string'": [0x6000n],
    'app!std::vector<int,std::allocator<int> >::push_back': [0x7000n],
    'app!Box::operator==': [0x7100n],
    'app!Box::operator()': [0x7200n],
    'app!Box::~Box': [0x7300n],
    "app!`anonymous namespace'::helper": [0x7400n],
    'app!twice': [0x100n, 0x200n],
    app_main: [0x401000n],
  },
  lines: { 'app!main.c:12': 0x401010n, '!main.c:': 0x401000n, '!:7': 0x401007n },
};

function value(text: string, options: FakeOptions = x86): bigint {
  return createEvaluator(fakeEnvironment(options)).evaluate(text);
}

function failure(text: string, options: FakeOptions = x86): string {
  try {
    value(text, options);
  } catch (e) {
    if (e instanceof StillframeError) return `${e.code}: ${e.message}`;
    throw e;
  }
  return 'no error';
}

describe('MASM numbers', () => {
  // "Numbers in Debugger MASM Expressions"; the last ones as the debugger itself was seen to read them
  it.each([
    ['0x4AB3', 0x4ab3n],
    ['0X4aB3', 0x4ab3n],
    ['4AB3h', 0x4ab3n],
    ['4ab3H', 0x4ab3n],
    ['10', 16n],
    ['0n10', 10n],
    ['0t10', 8n],
    ['0y10', 2n],
    ['0x', 0n],
    ['0n', 0n],
    ['0b11', 0xb11n],
    ['fffff800`12345678', -8795787602312n],
    ['7ff6`12345678', 0x7ff612345678n],
    ['a', 10n],
    ['ah', 10n],
    ['1ah', 26n],
    ['1`', 1n],
    ['1`1', 17n],
    ['fade', 0xfaden],
    ['0000000000000000000000000000000000001', 1n],
    ['ffffffffffffffff', -1n],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected));

  it('reads unprefixed numbers in the radix of the session', () => {
    expect(value('10', { radix: 10 })).toBe(10n);
    expect(value('10', { radix: 8 })).toBe(8n);
    expect(value('10h + 0x10', { radix: 10 })).toBe(32n);
    expect(value('fade', { radix: 10, symbols: { fade: [0x5000n] } })).toBe(0x5000n);
    expect(failure('9', { radix: 8 })).toBe("syntax: Syntax error at '9'");
  });

  it('refuses numbers beyond 64 bits', () => {
    expect(failure('10000000000000000')).toBe("syntax: Overflow error at '10000000000000000'");
    expect(failure('1' + '0'.repeat(5000))).toMatch(/^syntax: Overflow error at/);
  });
});

describe('MASM operators', () => {
  it.each([
    ['1 + 2 * 3', 7n],
    ['(1+1) * 2', 4n],
    ['1 + 2 * 3 / 4', 2n],
    ['10 - 4 - 2', 10n],
    ['1 << 4 + 1', 32n],
    ['5 mod 3', 2n],
    ['7%4', 3n],
    ['1 or 2', 3n],
    ['2 and 6', 2n],
    ['6 xor 3', 5n],
    ['1|6&2^2', 1n],
    ['3 > 2 = 1', 1n],
    ['1 = 1', 1n],
    ['1 == 2', 0n],
    ['1!=2', 1n],
    ['2>=2', 1n],
    ['not 0', 1n],
    ['NOT(5)', 0n],
    ['not 0 + 1', 2n],
    ['hi 12345678', 0x1234n],
    ['low(12345678)', 0x5678n],
    ['-1', -1n],
    ['+-1', -1n],
    ['--1', 1n],
    ['-8 >>> 2', -2n],
    ['-8 >> 2', 0x3ffffffffffffffen],
    ['1 << 3f', -0x8000000000000000n],
    ['1 << 40', 0n],
    ['1 << ffffffffffffffff', 0n],
    ['-1 >>> 1000', -1n],
    ['[10+6]', 0x16n],
    ['%1000', 0x1000n],
    ['ffffffffffffffff + 2', 1n],
    ['-1 > 0', 1n],
    ['-6 / 2', 0x7ffffffffffffffdn],
    // the documentation's own, of registers and the period
    ['NOT(($ip = .) AND ($ip = @$ip) AND (@$ip =. ))', 0n],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected));

  it('reads memory', () => {
    expect(value('by 1003')).toBe(3n);
    expect(value('wo(1002)')).toBe(0x0302n);
    expect(value('dwo(1000)+1')).toBe(0x03020101n);
    expect(value('qwo 1000')).toBe(0x0706050403020100n);
    expect(value('poi(1000)')).toBe(0x03020100n);
    expect(value('poi 1000', { machine: MACHINES.x64 })).toBe(0x0706050403020100n);
    expect(value('poi(@esp-10)')).toBe(0x03020100n);
    expect(value('by(by(1002)+1000)')).toBe(2n);
    expect(value('dwo(fs:[8])')).toBe(0x1b1a1918n);
    expect(value('by ds:1004')).toBe(4n);
  });

  it('takes -1 and ffffffff for the same in comparisons of a 32-bit machine', () => {
    expect(value('@eax == -1')).toBe(1n);
    expect(value('@eax == ffffffff')).toBe(1n);
    expect(value('ffffffff == -1', { machine: MACHINES.x64 })).toBe(0n);
  });

  it('survives chains and refuses nests that are too deep', () => {
    expect(value(Array.from({ length: 20000 }, () => '1').join('+'))).toBe(20000n);
    expect(failure('('.repeat(10000) + '1')).toMatch(/^syntax: Overflow error/);
    expect(failure('-'.repeat(10000) + '1')).toMatch(/^syntax: Overflow error/);
    expect(failure('1'.repeat(70000))).toMatch(/^syntax: an expression of 70000 characters/);
  });
});

describe('MASM names', () => {
  it.each([
    ['@esi', 0x032c7c68n],
    ['esi', 0x032c7c68n],
    ['@ah', 3n],
    ['.', 0x77b18087n],
    ['.+5', 0x77b1808cn],
    ['$ip', 0x77b18087n],
    ['@$ip = .', 1n],
    ['ntdll', 0x77a60000n],
    ['foo.bar', 20n],
    ['ntdll!LdrInitializeThunk', 0x77abdc60n],
    ['ntdll!LdrInitializeThunk+0x10', 0x77abdc70n],
    ['foo!bar::baz', 40n],
    ['!fade', 0x5000n],
    ["ntdll!`string'+0xa", 0x600an],
    ['app!std::vector<int,std::allocator<int> >::push_back + 1', 0x7001n],
    ['@!"app!Box::operator=="', 0x7100n],
    ['app!Box::operator== + 2', 0x7102n],
    ['app!Box::operator()', 0x7200n],
    ['app!Box::~Box', 0x7300n],
    ["app!`anonymous namespace'::helper-1", 0x73ffn],
    ['app_main', 0x401000n],
    ['app_main<402000', 1n],
    ['`app!main.c:12`', 0x401010n],
    ['`main.c` + 1', 0x401001n],
    ['`:7`', 0x401007n],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected));

  it('keeps pseudo-registers and the last value', () => {
    const evaluator = createEvaluator(fakeEnvironment());
    evaluator.setPseudo('$t3', -5n);
    expect(evaluator.evaluate('@$t3 + 1')).toBe(-4n);
    expect(evaluator.evaluate('$exp')).toBe(-4n);
    expect(evaluator.pseudo('$T3')).toBe(0xfffffffffffffffbn);
    expect(() => evaluator.setPseudo('$peb', 1n)).toThrow("Bad register error at '$peb'");
  });
});

describe('MASM functions', () => {
  it.each([
    ['$scmp("abc", "abd")', -1n],
    ['$scmp("b","a")', 1n],
    ['$sicmp("ABC","abc")', 0n],
    ['$spat("notepad.exe","*PAD*")', 1n],
    // ---evaluate-expression-.md: \n within quotes is a newline, within @"" it is two characters
    ['$spat( "c:\\dir\\name.txt", "*name*" )', 0n],
    ['$spat( @"c:\\dir\\name.txt", "*name*" )', 1n],
    ['$spat( @"c:\\dir\\", "*filename*" )', 0n],
    ['$vvalid(1000, 100)', 1n],
    ['$vvalid(1000, 101)', 0n],
    ['$vvalid(0, f)', 0n],
    ['not($vvalid(1000, ff))', 0n],
    ['$iment(400000)', 0x401234n],
    ['$fnsucc(401000, 0, 1)', 1n],
    ['$fnsucc(401000, 0, 0)', 0n],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected));

  it('points at the argument list when a text is not closed', () => {
    expect(failure('$spat( "c:\\dir\\", "*filename*" )')).toBe(
      'syntax: Syntax error at \'( "c:\\dir\\", "*filename*" )\'',
    );
  });
});

describe('MASM errors', () => {
  // the wording and the place as cdb prints them in public logs
  it.each([
    ['foo', "unresolved: Couldn't resolve error at 'foo'"],
    ['foo + 1', "unresolved: Couldn't resolve error at 'foo + 1'"],
    ['ntdll!1', "unresolved: Couldn't resolve error at 'ntdll!1'"],
    ['!1', "unresolved: Couldn't resolve error at '!1'"],
    ['1+', "syntax: Numeric expression missing from '<EOL>'"],
    ['1*', "syntax: Numeric expression missing from '<EOL>'"],
    ['*1', "syntax: Numeric expression missing from '*1'"],
    ['', "syntax: Numeric expression missing from '<EOL>'"],
    ['1 && 2', "syntax: Numeric expression missing from '& 2'"],
    ['(1+1', "syntax: Syntax error at '<EOL>'"],
    ['1+1)', "syntax: Extra character error in '1+1)'"],
    ['`1', "syntax: Syntax error at '`1'"],
    ['@foo', "unresolved: Bad register error at '@foo'"],
    ['@$ea - 10*$ptrsize ', "unresolved: Bad register error at '@$ea - 10*$ptrsize '"],
    ['poi 1', "memory-unreadable: Memory access error at '1'"],
    ['dwo(@$t1) == 0x100) ', "memory-unreadable: Memory access error at ') == 0x100) '"],
    ['1/0', "syntax: Operand error at '0'"],
    ['app!twice', "unresolved: Ambiguous symbol error at 'app!twice' (matches 100, 200)"],
    ['$pdwo(1000)', 'not-applicable: a user-mode dump has no physical memory'],
    ['$iment(1)', "syntax: Operand error at ')'"],
    ['`nofile.c:3`', "unresolved: Couldn't resolve error at '`nofile.c:3`'"],
  ])('%s', (text, expected) => expect(failure(text)).toBe(expected));
});

describe('symbols that have to be fetched', () => {
  it('let the engine wait for them', () => {
    const waiting = new AwaitFirst(Promise.resolve(), 'app.pdb');
    const evaluator = createEvaluator({
      ...fakeEnvironment(),
      symbol() {
        throw waiting;
      },
    });
    for (const text of ['app!main', 'some_name + 1', 'poi(app!main)']) {
      expect(() => evaluator.evaluate(text)).toThrow(waiting);
    }
    expect(() => evaluator.range('1000 LdrLoadDll', 1, 1)).toThrow(waiting);
  });
});

describe('the end of an expression', () => {
  it('is where the next token cannot belong to it', () => {
    const evaluator = createEvaluator(fakeEnvironment(x86));
    expect(evaluator.evaluatePrefix('@esi L10')).toEqual({ value: 0x032c7c68n, rest: 'L10' });
    expect(evaluator.evaluatePrefix('(1+2) {.echo "x"}')).toEqual({ value: 3n, rest: '{.echo "x"}' });
    expect(evaluator.evaluatePrefix('1000 "text"')).toEqual({ value: 0x1000n, rest: '"text"' });
    expect(evaluator.evaluatePrefix('esp-10 esp')).toEqual({ value: 0x1000n, rest: 'esp' });
  });

  it('gives addresses zero-extended on a 32-bit machine', () => {
    expect(createEvaluator(fakeEnvironment(x86)).address('-4')).toBe(0xfffffffcn);
    expect(createEvaluator(fakeEnvironment(x86)).address('7ff6`12345678')).toBe(0x7ff612345678n);
    expect(createEvaluator(fakeEnvironment()).address('-4')).toBe(0xfffffffffffffffcn);
  });
});
