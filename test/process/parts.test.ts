import { describe, expect, it } from 'vitest';
import {
  claimedRegions,
  environmentVariable,
  findRegion,
  globalFlags,
  loadErrorTexts,
  protectNames,
  readEnvironment,
  readExceptionChain,
  readTryScopes,
  resolveClaims,
  scopeFormOf,
  type UsageClaim,
  UsageRank,
  walkList,
} from '../../core/process/index.ts';
import { hasCorpus, sharedJson } from '../corpus.ts';
import { FakeMemory, fakeModule, fakeView } from './fakeView.ts';

describe('an environment block', () => {
  const block = '=::=::\\\0=C:=C:\\Users\0PATH=C:\\Windows\0EMPTY=\0odd\0\0';

  it('has variables, drives among them, up to two NULs', () => {
    const memory = new FakeMemory().map(0x1000n, 0x1000).putText(0x1000n, block);
    const env = readEnvironment(memory, 0x1000n);
    expect(env).toMatchObject({ byteLength: 2 * block.length, truncated: false });
    expect(env?.variables).toEqual([
      { name: '=::', value: '::\\' },
      { name: '=C:', value: 'C:\\Users' },
      { name: 'PATH', value: 'C:\\Windows' },
      { name: 'EMPTY', value: '' },
      { name: 'odd', value: '' },
    ]);
    expect(env && environmentVariable(env, 'path')?.value).toBe('C:\\Windows');
  });

  it('may be empty, cut by the dump, or cut by EnvironmentSize', () => {
    const memory = new FakeMemory().map(0x1000n, 8).putText(0x1000n, 'A=B\0');
    expect(readEnvironment(memory, 0x1000n)).toMatchObject({
      truncated: true,
      variables: [{ name: 'A', value: 'B' }],
    });
    expect(readEnvironment(memory, 0x9000n)).toBeUndefined();
    const empty = new FakeMemory().map(0x1000n, 0x100);
    expect(readEnvironment(empty, 0x1000n)).toMatchObject({ truncated: false, variables: [] });
    const long = new FakeMemory().map(0x1000n, 0x100).putText(0x1000n, 'A=B\0C=D\0\0');
    expect(readEnvironment(long, 0x1000n, 8n)).toMatchObject({
      truncated: true,
      variables: [{ name: 'A', value: 'B' }],
    });
  });

  it('of a few megabytes without an end is not read for ever', () => {
    const memory = new FakeMemory().map(0n, 8 * 1024 * 1024);
    for (let at = 0n; at < 0x100n; at += 2n) memory.put(at, 2, 0x41);
    memory.read(0n, 8 * 1024 * 1024).fill(0x41);
    const env = readEnvironment(memory, 0n);
    expect(env?.truncated).toBe(true);
    expect(env?.byteLength).toBe(4 * 1024 * 1024);
  });
});

describe('a linked list', () => {
  it('ends at its head, at a hole, in a circle and at its limit', () => {
    const m = new FakeMemory().map(0x1000n, 0x100);
    m.put(0x1000n, 8, 0x1010).put(0x1010n, 8, 0x1020).put(0x1020n, 8, 0x1000);
    expect(walkList(m, 0x1000n, 8, 10)).toEqual({ links: [0x1010n, 0x1020n], end: 'complete' });
    expect(walkList(m, 0x1000n, 8, 1)).toMatchObject({ end: 'limit', stoppedAt: 0x1020n });
    m.put(0x1020n, 8, 0x1010);
    expect(walkList(m, 0x1000n, 8, 10)).toMatchObject({ end: 'cycle', stoppedAt: 0x1010n });
    m.put(0x1020n, 8, 0x5000);
    expect(walkList(m, 0x1000n, 8, 10)).toMatchObject({ end: 'unreadable', stoppedAt: 0x5000n });
  });
});

describe('the x86 exception chain', () => {
  const app = fakeModule('app.exe', 0x400000n, 0x10000);
  const stack = { start: 0x100000n, end: 0x110000n };

  it('is followed to its end, with the try blocks of _except_handler3', async () => {
    const m = new FakeMemory().map(0x100000n, 0x10000).map(0x400000n, 0x10000);
    m.put(0x10f000n, 4, 0x10ff00)
      .put(0x10f004n, 4, 0x401000)
      .put(0x10f008n, 4, 0x405000)
      .put(0x10f00cn, 4, 1);
    m.put(0x10ff00n, 4, 0xffffffff).put(0x10ff04n, 4, 0x402000);
    // level 1 is a __finally inside the __except of level 0
    m.put(0x405000n, 4, -1).put(0x405004n, 4, 0x401100).put(0x405008n, 4, 0x401110);
    m.put(0x40500cn, 4, 0).put(0x405010n, 4, 0).put(0x405014n, 4, 0x401210);
    const view = await fakeView('x86', m, [app]);
    const chain = readExceptionChain(view, 0x10f000n, stack);
    expect(chain.records.map((r) => r.Handler)).toEqual([0x401000n, 0x402000n]);
    expect(chain.invalid).toBeUndefined();
    const [first] = chain.records;
    expect(first && readTryScopes(view, first, 3, app)).toEqual([
      { level: 1, filter: 0n, handler: 0x401210n },
      { level: 0, filter: 0x401100n, handler: 0x401110n },
    ]);
  });

  it('stops at what is off the stack, goes round or is not there', async () => {
    const m = new FakeMemory().map(0x100000n, 0x10000);
    m.put(0x10f000n, 4, 0x42424242).put(0x10f004n, 4, 0x43434343);
    const view = await fakeView('x86', m);
    // the overwritten chain of public transcripts: "Invalid exception stack at 42424242"
    expect(readExceptionChain(view, 0x10f000n, stack)).toMatchObject({ invalid: 0x42424242n, records: [{}] });
    expect(readExceptionChain(view, 0x10f000n).invalid).toBe(0x42424242n);
    m.put(0x10f000n, 4, 0x10f000);
    expect(readExceptionChain(view, 0x10f000n, stack)).toMatchObject({ invalid: 0x10f000n, records: [{}] });
  });

  it('knows frame handlers by their names', () => {
    expect(scopeFormOf('Prymes!_except_handler3')).toBe(3);
    expect(scopeFormOf('ntdll!_except_handler4')).toBe(4);
    expect(scopeFormOf('MSVCR90D!_except_handler4_common')).toBe(4);
    expect(scopeFormOf('KERNEL32!GetThreadContext')).toBeUndefined();
  });
});

describe('claims of use', () => {
  const claim = (start: number, end: number, usage: string, rank: number): UsageClaim => ({
    start: BigInt(start),
    end: BigInt(end),
    usage,
    rank,
  });
  const shown = (claims: readonly UsageClaim[]): string =>
    resolveClaims(claims)
      .map((r) => `${r.start}-${r.end} ${r.claim.usage}`)
      .join(', ');

  it('give way to higher ranks, and resume behind them', () => {
    expect(shown([claim(0, 100, 'region', 1), claim(20, 30, 'TEB', 4), claim(10, 40, 'Stack', 3)])).toBe(
      '0-10 region, 10-20 Stack, 20-30 TEB, 30-40 Stack, 40-100 region',
    );
    expect(shown([claim(0, 10, 'a', 2), claim(10, 20, 'b', 2)])).toBe('0-10 a, 10-20 b');
    expect(shown([claim(5, 5, 'empty', 2), claim(9, 3, 'backwards', 2)])).toBe('');
  });

  it('are resolved in time that does not explode', () => {
    const claims = Array.from({ length: 20000 }, (_, i) => claim(i, 1_000_000 - i, `c${i}`, 1 + (i % 4)));
    expect(resolveClaims(claims).length).toBeGreaterThan(1);
  });

  it('cut regions into pieces that add up', async () => {
    const { target } = await fakeView('x86', new FakeMemory());
    const base = {
      source: 'memory info list' as const,
      regions: [
        { start: 0n, end: 0x1000n, state: 0x10000, type: 0 },
        { start: 0x1000n, end: 0x9000n, state: 0x1000, type: 0x20000, allocationBase: 0x1000n },
        { start: 0x9000n, end: 0xa000n, state: 0x2000, type: 0x20000, allocationBase: 0x1000n },
      ],
    };
    const claims = [
      claim(0, 0x2000, 'Stack', UsageRank.listed),
      claim(0x3000, 0x4000, 'TEB', UsageRank.structure),
    ];
    const regions = claimedRegions(target, base, claims);
    expect(regions.map((r) => `${r.start.toString(16)} ${r.usage} ${r.first}`)).toEqual([
      '0 Free true',
      '1000 Stack true',
      '2000 <unknown> false',
      '3000 TEB false',
      '4000 <unknown> false',
      '9000 <unknown> false',
    ]);
    expect(findRegion(regions, 0x3fffn)?.usage).toBe('TEB');
    expect(findRegion(regions, 0xa000n)).toBeUndefined();
  });
});

describe('names of flags', () => {
  it('of protections are the access and its modifiers', () => {
    expect(protectNames(0x104)).toEqual(['PAGE_READWRITE', 'PAGE_GUARD']);
    expect(protectNames(0x2000)).toEqual(['0x2000']);
  });

  it.skipIf(!hasCorpus)('of NtGlobalFlag are those that the facts collect', () => {
    const facts = sharedJson<{ NtGlobalFlag: { bits: Record<string, [string, string]> } }>(
      'facts/constants.json',
    );
    for (const [bit, [name, abbreviation]] of Object.entries(facts.NtGlobalFlag.bits)) {
      expect(globalFlags(Number(bit))).toMatchObject([{ bit: Number(bit), name, abbreviation }]);
    }
    expect(globalFlags(0xffffffff)).toHaveLength(32);
  });
});

describe('texts of errors', () => {
  // as samples.md and public transcripts of the debugger have them
  const SEEN: [kind: 'win32' | 'ntstatus' | 'hresult', code: number, text: string][] = [
    ['win32', 0, 'The operation completed successfully.'],
    ['win32', 2, 'The system cannot find the file specified.'],
    ['win32', 0x1e7, 'Attempt to access invalid address.'],
    ['win32', 0x71a, 'The remote procedure call was cancelled.'],
    ['ntstatus', 0, 'STATUS_WAIT_0'],
    ['ntstatus', 2, 'STATUS_WAIT_2'],
    ['ntstatus', 0xc0000034, 'Object Name not found.'],
    ['ntstatus', 0xc000009a, 'Insufficient system resources exist to complete the API.'],
    ['ntstatus', 0xc000000d, 'An invalid parameter was passed to a service or function.'],
    [
      'ntstatus',
      0xc0000018,
      '{Conflicting Address Range}  The specified address range conflicts with the address space.',
    ],
    [
      'ntstatus',
      0xc0000005,
      'The instruction at 0x%p referenced memory at 0x%p. The memory could not be %s.',
    ],
    ['hresult', 0x80072023, 'The size limit for this request was exceeded.'],
    ['hresult', 0x8007045b, 'A system shutdown is in progress.'],
  ];

  it('are those that Windows has', async () => {
    const texts = await loadErrorTexts();
    for (const [kind, code, text] of SEEN) expect(texts[kind](code).text, code.toString(16)).toBe(text);
  });

  it('are found for numbers of unknown kind', async () => {
    const texts = await loadErrorTexts();
    const guess = (code: number): string => {
      const { kind, name, text } = texts.guess(code);
      return `${kind} ${name ?? '-'} ${text === undefined ? 'no text' : 'text'}`;
    };
    expect(guess(5)).toBe('Win32 ERROR_ACCESS_DENIED text');
    expect(guess(10061)).toBe('Win32 WSAECONNREFUSED text');
    expect(guess(0xc0000374)).toBe('NTSTATUS STATUS_HEAP_CORRUPTION text');
    expect(guess(0xc0000409)).toBe('NTSTATUS STATUS_STACK_BUFFER_OVERRUN text');
    expect(guess(0x80000003)).toBe('NTSTATUS STATUS_BREAKPOINT text');
    expect(guess(0xe06d7363)).toBe('NTSTATUS EH_EXCEPTION_NUMBER text');
    expect(guess(0x80070005)).toBe('HRESULT E_ACCESSDENIED text');
    expect(texts.guess(0x80070005).text).toBe('Access is denied.');
    expect(guess(0x80004002)).toBe('HRESULT E_NOINTERFACE text');
    expect(guess(0xd0000022)).toBe('HRESULT STATUS_ACCESS_DENIED text');
    expect(guess(0x00030200)).toBe('HRESULT STG_S_CONVERTED text');
    expect(guess(0xcdcdcdcd)).toBe('NTSTATUS - no text');
    expect(guess(0x8badf00d)).toBe('HRESULT - no text');
    expect(guess(-1073741819)).toBe('NTSTATUS STATUS_ACCESS_VIOLATION text');
  });
});
