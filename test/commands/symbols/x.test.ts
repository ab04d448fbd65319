import { describe, expect, it } from 'vitest';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

interface Globals {
  readonly globals: readonly { name: string; address: string; size: number }[];
  readonly threads: readonly { tid: number; static_tls_addr: string; static_tls_value: number }[];
}

async function lines(command: string, lab = 'x64-static-O0'): Promise<readonly string[]> {
  const { lines, errors } = await runLine(await openLab(lab), command);
  return errors.length ? errors : lines;
}

describe.skipIf(!hasCorpus).each(['x86-static-O0', 'x64-static-O0', 'x64-static-O2'])('x in %s', (lab) => {
  const truth = (): Globals => sharedJson(`corpus/lab/${lab}/truth.json.gz`);

  it('finds every global that the process named, where it said, as big', async () => {
    const { data } = await runLine(await openLab(lab), 'x /d RuntimeTest!*');
    const listed = data.symbols as { name: string; address: string; size: number }[];
    for (const { name, address, size } of truth().globals) {
      expect(listed).toContainEqual(expect.objectContaining({ name, address, size }));
    }
  });

  it("shows each thread's own copy of a thread-local variable", async () => {
    const engine = await openLab(lab, 'privrw', { fresh: true });
    for (const { tid, static_tls_addr, static_tls_value } of truth().threads) {
      if (static_tls_addr === '0x0') continue; // it did not say
      const { data, lines } = await runLine(engine, `~~[${tid.toString(16)}]s;x RuntimeTest!t_static_tls`);
      expect(data.symbols).toEqual([
        expect.objectContaining({ name: 't_static_tls', address: static_tls_addr, type: 'int' }),
      ]);
      expect(lines.at(-1)).toMatch(new RegExp(`RuntimeTest!t_static_tls = 0n${static_tls_value}$`));
    }
  });
});

// forms: samples.md, section 6, and the manual of x; addresses and values are the lab's own
describe.skipIf(!hasCorpus)('the lines of x', () => {
  it.each([
    [
      'x RuntimeTest!g_b*',
      [
        '00000001`4000d000 RuntimeTest!g_big_block = 0x00000000`03c50040',
        '00000001`4000c0dc RuntimeTest!g_bool = true',
        "00000001`4000c0dd RuntimeTest!g_byte = 0xa5 ''",
        '00000001`4000c0e0 RuntimeTest!g_big = 0n-1234567890123456789',
      ],
    ],
    ['x /t RuntimeTest!g_[ot]?t*', ['00000001`4000d4a0 struct Outer RuntimeTest!g_outer = struct Outer']],
    ['x RuntimeTest!g_ansi', ['00000001`4000c040 RuntimeTest!g_ansi = char [25] "The quick brown ANSI fox"']],
    ['x RuntimeTest!g_casedir', ['00000001`4000c2f8 RuntimeTest!g_casedir = 0x00000001`4000d73a "."']],
    [
      'x RuntimeTest!g_hidden',
      ["00000001`4000c120 RuntimeTest!g_hidden = struct `anonymous namespace'::Hidden"],
    ],
    [
      'x RuntimeTest!*::area',
      [
        '00000001`40005000 RuntimeTest!shapes::Circle::Area (struct ThreadRec *, void *)',
        '00000001`40007310 RuntimeTest!shapes::Square::Area (struct ThreadRec *, void *)',
      ],
    ],
    ['x /0 RuntimeTest!Recurse', ['00000001`40003180']],
    ['x /1 RuntimeTest!Recurse', ['RuntimeTest!Recurse']],
    ['x/2 RuntimeTest!Recurse', ['00000001`40003180 RuntimeTest!Recurse']],
    [
      'x /v /f RuntimeTest!*recurse*',
      [
        'prv func   00000001`400023e0   67 RuntimeTest!ThreadRecurser (void *)',
        'prv func   00000001`40003180  208 RuntimeTest!Recurse (struct ThreadRec *, int, struct Point, char *)',
      ],
    ],
    ['x /v RuntimeTest!g_nth*', ['prv global 00000001`4000c3c8    4 RuntimeTest!g_nthreads = 0n13']],
    [
      'x /q /p RuntimeTest!Recurse',
      ['00000001`40003180 @!"RuntimeTest!Recurse"(struct ThreadRec *, int, struct Point, char *)'],
    ],
    [
      'x /n /1 RuntimeTest!g_n*',
      [
        'RuntimeTest!g_names',
        'RuntimeTest!g_needle_seed',
        'RuntimeTest!g_needles',
        'RuntimeTest!g_never',
        'RuntimeTest!g_nneedles',
        'RuntimeTest!g_nthreads',
        'RuntimeTest!g_numbers',
        'RuntimeTest!g_nwalk',
        'RuntimeTest!g_nwalkset',
      ],
    ],
    [
      'x /A /0 RuntimeTest!g_v*',
      [
        '00000001`4000d5a0',
        '00000001`4000d038',
        '00000001`4000d030',
        '00000001`4000d028',
        '00000001`4000d020',
        '00000001`4000d018',
        '00000001`4000d010',
        '00000001`4000d008',
      ],
    ],
    ['x /Z /1 RuntimeTest!g_w*', ['RuntimeTest!g_walkset', 'RuntimeTest!g_wide', 'RuntimeTest!g_walk']],
    ['x /s f /1 /d RuntimeTest!g_*', ['RuntimeTest!g_packed']],
    [
      'x kernel32!BaseThreadInit*',
      ['00000000`7b627e40 kernel32!BaseThreadInitThunk = <no type information>'],
    ],
    [
      'x RuntimeTest!shapes::VBase::`vft*',
      ["00000001`4000a838 RuntimeTest!shapes::VBase::`vftable' = <no type information>"],
    ],
    ['x', ['x takes a pattern: x Module!Name, or x * for the locals']],
    ['x /k a!b', ['x has no switch /k']],
    ['x RuntimeTest!g_nothing*', []],
  ])('%s', async (command, expected) => expect(await lines(command)).toEqual(expected));

  it('pads addresses on x86 too', async () => {
    expect(await lines('x RuntimeTest!g_pi', 'x86-static-O0')).toEqual([
      '0040c0a0          RuntimeTest!g_pi = 3.14159265358979',
    ]);
  });

  it('lists locals', async () => {
    const engine = await openLab('x64-static-O0', 'privrw', { fresh: true });
    const { lines, data } = await runLine(engine, '~5s;.frame 6;x /t *');
    expect(lines.slice(-2)).toEqual([
      '00000000`049ef394 Color color = COLOR_BLUE (0n4)',
      '00000000`049ef390 int r = 0n77526240',
    ]);
    expect((data.symbols as object[]).at(-1)).toEqual({
      address: '0x49ef390',
      name: 'r',
      kind: 'local',
      size: 4,
      type: 'int',
    });
    expect((await runLine(engine, 'x /v dept?')).lines).toEqual([
      'prv param  00000000`049ef3cc    4 depth = 0n17',
    ]);
  });
});
