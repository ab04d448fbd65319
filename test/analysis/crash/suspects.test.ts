import { describe, expect, it } from 'vitest';
import type {
  Access,
  CatchableType,
  Deadlock,
  FaultingInstruction,
  NamedFrame,
} from '../../../core/analysis/index.ts';
import { judgeValue } from '../../../core/analysis/crash/judgeValue.ts';
import { suspectsOf, type Clues } from '../../../core/analysis/crash/suspects/index.ts';
import { loadDisassembler } from '../../../core/disasm/index.ts';
import { MACHINES, type Thread } from '../../../core/target/index.ts';
import { framesCalled } from './frames.ts';

const disassembler = await loadDisassembler(MACHINES.x64);

function exception(code: number, ...parameters: bigint[]): Clues['exception'] {
  return {
    source: 'exception stream',
    machine: MACHINES.x64,
    threadId: 1,
    record: { code, flags: 0, record: 0n, address: 0n, parameters },
  };
}

/** An access violation at a place of a kind. */
function violation(kind: Access['kind'], address: bigint, place: Access['place']['kind']): Partial<Clues> {
  const number = { read: 0n, write: 1n, execute: 8n }[kind];
  return {
    exception: exception(0xc0000005, number, address),
    access: {
      kind,
      reported: address,
      address,
      place: { address, kind: place, text: `0x${address.toString(16)}, somewhere` },
      evidence: 'parameters of the exception',
    },
  };
}

/** `mov eax, dword ptr [rax+8]` with a value in rax. */
function through(value: bigint): FaultingInstruction {
  return {
    address: 0x1000n,
    instruction: disassembler.decode(Uint8Array.of(0x8b, 0x40, 0x08), 0x1000n),
    operand: { address: value + 8n, size: 4 },
    registers: [judgeValue('rax', value, 8)],
  };
}

function clues(part: Partial<Clues>, ...labels: readonly string[]): Clues {
  const frames: readonly NamedFrame[] = framesCalled(...labels);
  return { frames, stowed: [], waits: [], deadlocks: [], ...part };
}

function kindsOf(part: Partial<Clues>, ...labels: readonly string[]): string[] {
  return suspectsOf(clues(part, ...labels)).map((s) => `${s.kind} (${s.certainty})`);
}

describe('suspects of accesses', () => {
  it.each([
    ['read', 0n, 'null page', 0n, ['null dereference (certain)']],
    ['write', 8n, 'null page', 0n, ['null dereference (certain)']],
    // no register was null: something else came to a small address
    ['read', 0x18n, 'null page', 0x10n, ['null dereference (likely)']],
    [
      'read',
      0xfeeefeeefeeefef6n,
      'non-canonical',
      0xfeeefeeefeeefeeen,
      ['non-canonical address (certain)', 'use of freed memory (likely)'],
    ],
    [
      'read',
      0xddddddddddddddddn + 8n,
      'non-canonical',
      0xddddddddddddddddn,
      ['non-canonical address (certain)', 'use of freed memory (likely)'],
    ],
    [
      'write',
      0xcdcdcdcdcdcdcdcdn + 8n,
      'non-canonical',
      0xcdcdcdcdcdcdcdcdn,
      ['non-canonical address (certain)', 'use of uninitialised memory (likely)'],
    ],
    [
      'read',
      0xbaadf00dbaadf00dn + 8n,
      'non-canonical',
      0xbaadf00dbaadf00dn,
      ['non-canonical address (certain)', 'use of uninitialised memory (likely)'],
    ],
    [
      'read',
      0xccccccccccccccccn + 8n,
      'non-canonical',
      0xccccccccccccccccn,
      ['non-canonical address (certain)', 'use of uninitialised memory (likely)'],
    ],
    [
      'read',
      0xababababababababn + 8n,
      'non-canonical',
      0xababababababababn,
      ['non-canonical address (certain)', 'buffer overrun (likely)'],
    ],
    [
      'read',
      0xfdfdfdfdfdfdfdfdn + 8n,
      'non-canonical',
      0xfdfdfdfdfdfdfdfdn,
      ['non-canonical address (certain)', 'buffer overrun (likely)'],
    ],
    ['write', 0x140001008n, 'module', 0x140001000n, ['access denied (likely)']],
    ['read', 0x5db157c7b53dn, 'free', 0x5db157c7b535n, ['invalid pointer (likely)']],
  ] as const)('%s of %s (%s)', (kind, address, place, register, expected) => {
    expect(kindsOf({ ...violation(kind, address, place), instruction: through(register) })).toEqual(expected);
  });

  it.each([
    ['null page', 'null call (certain)'],
    ['stack', 'execution of data (certain)'],
    ['heap', 'execution of data (certain)'],
    ['unloaded module', 'unloaded module (certain)'],
    ['free', 'bad code pointer (certain)'],
  ] as const)('execution in %s', (place, expected) => {
    expect(kindsOf(violation('execute', place === 'null page' ? 0n : 0x20000n, place))).toEqual([expected]);
  });

  it('see the pattern of an address whose code is not in the dump', () => {
    const kinds = kindsOf(violation('read', 0xfeeefeeefeeefef6n, 'non-canonical'));
    expect(kinds).toContain('use of freed memory (likely)');
  });
});

describe('suspects of who is on the stack', () => {
  it.each([
    ['ucrtbase!_purecall+0x1d', 'pure virtual call (certain)'],
    ['app!purecall+0x1d', 'pure virtual call (certain)'],
    ['app!_wassert+0x50', 'assertion (certain)'],
    ['ucrtbase!terminate+0x1f', 'terminate (certain)'],
    ['app!__report_gsfailure+0x1d', 'stack buffer overrun (certain)'],
    ['app!__report_rangecheckfailure+0x9', 'range check (certain)'],
    ['ucrtbase!_invalid_parameter_noinfo_noreturn+0x9', 'invalid parameter (certain)'],
    ['ucrtbase!abort+0x4e', 'abort (certain)'],
    ['MSVCP140!std::_Xlength_error+0x1d', 'C++ library (certain)'],
  ])('%s', (label, expected) => {
    const found = suspectsOf(clues({ exception: exception(0xc0000420) }, 'ntdll!X+0x1', label, 'app!main'));
    expect(found.map((s) => `${s.kind} (${s.certainty})`)).toContain(expected);
    expect(found.find((s) => expected.startsWith(s.kind))?.evidence.join()).toContain(label.split('+')[0]);
  });

  it('do not believe exports far from where they begin', () => {
    expect(kindsOf({ exception: exception(0xc0000420) }, 'libcef!!abort+0x123456')).toEqual([]);
  });
});

describe('suspects of codes', () => {
  it.each([
    [0xc0000409, [7n], ['fail fast (certain)', 'abort (likely)']],
    [0xc0000409, [2n], ['fail fast (certain)']],
    [0xc0000409, [3n], ['fail fast (certain)']],
    [0xc0000602, [], ['fail fast (certain)']],
    [0xc0000374, [0x7ff812345678n], ['heap corruption (certain)']],
    [0xc0000094, [], ['divide by zero (certain)']],
    [0xc000001d, [], ['illegal instruction (certain)']],
    [0xc0000096, [], ['privileged instruction (certain)']],
    // no `bound` at the instruction pointer: a checker in the program raised it
    [0xc000008c, [], ['array bounds (likely)']],
    [0xc0000417, [], ['invalid parameter (certain)']],
    [0xc0000194, [], ['deadlock (certain)']],
    [0x80000003, [], ['breakpoint (certain)']],
    [0xe0001234, [0x11n], ['raised exception (certain)']],
  ] as const)('%s %s', (code, parameters, expected) => {
    expect(kindsOf({ exception: exception(code, ...parameters) })).toEqual(expected);
  });

  it('name fail-fast reasons', () => {
    const statement = (subcode: bigint): string | undefined =>
      suspectsOf(clues({ exception: exception(0xc0000409, subcode) }))[0]?.statement;
    expect(statement(2n)).toContain('security cookie');
    expect(statement(3n)).toContain('FAST_FAIL_CORRUPT_LIST_ENTRY');
    expect(statement(10n)).toContain('FAST_FAIL_GUARD_ICALL_CHECK_FAILURE');
    expect(statement(5n)).toContain('FAST_FAIL_INVALID_ARG');
  });

  it('explain a breakpoint by the check that it belongs to', () => {
    const of = { exception: exception(0x80000003) };
    expect(kindsOf(of, 'app!_free_dbg_nolock+0x35', 'app!main')).toEqual(['allocator check (likely)']);
    expect(kindsOf(of, 'app!std::vector<int>::operator[]+0x88')).toEqual(['library check (likely)']);
    const wrongFree = {
      kind: 'cross-module free',
      certainty: 'certain' as const,
      statement: 'x',
      evidence: ['y'],
    };
    const told = { ...of, wrongFrees: [wrongFree] };
    expect(kindsOf(told, 'app!_free_dbg_nolock+0x35', 'app!main')).toEqual(['cross-module free (certain)']);
  });
});

describe('suspects of C++ exceptions', () => {
  const catchable = (name: string): CatchableType => ({
    name,
    decorated: '',
    descriptor: 0n,
    isSimple: false,
    byReferenceOnly: false,
    isBadAlloc: false,
    place: { mdisp: 0, pdisp: -1, vdisp: 0 },
    size: 24,
  });

  it('give type, what() and where it stands', () => {
    const [found] = suspectsOf(
      clues({
        exception: exception(0xe06d7363),
        cpp: {
          magic: 0x19930520,
          object: 0x1000n,
          throwInfo: 0x2000n,
          types: [catchable('class std::runtime_error'), catchable('class std::exception')],
          what: 'no such file',
        },
      }),
    );
    expect(found?.statement).toBe(
      'A C++ exception of type class std::runtime_error was thrown: no such file',
    );
    expect(found?.evidence).toContain('its tables name class std::runtime_error, class std::exception');
  });
});

describe('suspects of hangs', () => {
  const thread = (index: number): Thread => ({
    index,
    id: 0x10 + index,
    teb: 0n,
    context: () => undefined,
    tebFor: () => undefined,
  });
  const wait = (of: number, owner: number): Deadlock['waits'][number] => ({
    thread: thread(of),
    function: 'NtWaitForAlertByThreadId',
    reason: `critical section app!lock${of}`,
    idle: false,
    section: BigInt(of),
    owner: thread(owner),
    evidence: 'its address stands on the stack',
  });

  it('name a circle once, and not again as locks that are held', () => {
    const circle = [wait(1, 2), wait(2, 1)];
    const found = suspectsOf(clues({ waits: circle, deadlocks: [{ waits: circle }] }));
    expect(found.map((s) => s.kind)).toEqual(['deadlock']);
    expect(found[0]?.statement).toMatch(/^thread 1 \(11\) and thread 2 \(12\) wait for each other$/);
    expect(found[0]?.evidence).toHaveLength(2);
  });

  it('name a lock that somebody holds', () => {
    expect(kindsOf({ waits: [wait(1, 2)] })).toEqual(['lock held (possible)']);
  });
});

describe('every suspect', () => {
  it('has evidence, and the certain come first', () => {
    const found = suspectsOf(
      clues(
        {
          ...violation('read', 0xfeeefeeefeeefef6n, 'non-canonical'),
          instruction: through(0xfeeefeeefeeefeeen),
        },
        'app!abort+0x1',
      ),
    );
    expect(found.length).toBeGreaterThan(2);
    for (const s of found) expect(s.evidence.length, s.kind).toBeGreaterThan(0);
    const rank = { certain: 0, likely: 1, possible: 2 };
    const ranks = found.map((s) => rank[s.certainty]);
    expect(ranks).toEqual([...ranks].sort());
  });
});
