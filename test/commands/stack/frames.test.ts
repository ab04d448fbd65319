import { describe, expect, it } from 'vitest';
import { MACHINES } from '../../../core/target/index.ts';
import { fakeProcess, type FakeModule } from '../../unwind/fakeProcess.ts';
import { run, sessionOf } from './stackSession.ts';

const modules: FakeModule[] = [
  { name: 'app', base: 0x400000, size: 0x8000, functions: { inner: 0x1000, middle: 0x2000, main: 0x3000 } },
];
const fake = fakeProcess({
  modules,
  words: { 0x18ff00: [0x18ff20, 0x402010, 1], 0x18ff20: [0x18ff40, 0x403010, 2], 0x18ff40: [0, 0] },
});
const start = { eip: 0x401010, esp: 0x18fef0, ebp: 0x18ff00, efl: 0x202, ecx: 5 };
const open = (): ReturnType<typeof sessionOf> => sessionOf(fake, fake.registers(start));

describe('.frame', () => {
  it('shows the current frame, chooses another, and moves from it', async () => {
    const session = open();
    expect((await run(session, '.frame')).lines).toEqual(['00 0018ff00 00402010 app!inner+0x10']);
    expect((await run(session, '.frame 2')).lines).toEqual(['02 0018ff40 00000000 app!main+0x10']);
    expect(session.frame).toBe(2);
    expect((await run(session, '.f-')).lines).toEqual(['01 0018ff20 00403010 app!middle+0x10']);
    await run(session, '.f-');
    await expect(run(session, '.f-')).rejects.toThrow('innermost');
    expect((await run(session, '.f+')).lines).toEqual(['01 0018ff20 00403010 app!middle+0x10']);
    await expect(run(session, '.frame 9')).rejects.toThrow('Cannot find frame 0x9, previous scope unchanged');
    expect(session.frame).toBe(1);
  });

  it('shows a frame’s registers with /r and leaves the context alone', async () => {
    const session = open();
    const { lines } = await run(session, '.frame /r 1');
    expect(lines[0]).toBe('01 0018ff20 00403010 app!middle+0x10');
    expect(lines[2]).toMatch(/^eip=00402010 esp=0018ff08 ebp=0018ff20 /);
    // as with r: the symbol and the instruction that the frame goes on with
    expect(lines[4]).toBe('app!middle+0x10:');
    expect(lines[5]).toMatch(/^00402010 /);
    expect(session.contextOverride).toBeUndefined();
  });

  it('makes a frame’s registers the context with /c', async () => {
    const session = open();
    await run(session, '.frame /c 1');
    expect(session.contextOverride?.ip).toBe(0x402010n);
    const { lines } = await run(session, 'k');
    expect(lines).toEqual([
      '  *** Stack trace for last set context - .thread/.cxr resets it',
      'ChildEBP RetAddr  ',
      '0018ff20 00403010 app!middle+0x10',
      '0018ff40 00000000 app!main+0x10',
    ]);
  });

  it('takes a place on the stack instead of a number', async () => {
    const session = open();
    expect((await run(session, '.frame = 0018ff20 0018ff08 00402010')).lines[0]).toBe(
      '00 0018ff20 00403010 app!middle+0x10',
    );
    expect(session.contextOverride?.fp).toBe(0x18ff20n);
  });
});

describe('.kframes', () => {
  it('sets what k shows', async () => {
    const session = open();
    expect((await run(session, '.kframes 2')).lines).toEqual(['Default stack trace depth is 0n2 frames']);
    const { lines, data } = await run(session, 'k');
    expect(lines).toHaveLength(3);
    expect([data.truncated, data.end]).toEqual([true, 'frame limit']);
    await expect(run(session, '.kframes 0')).rejects.toThrow('.kframes takes');
  });
});

describe('commands over frames and threads', () => {
  it('runs a command in each frame, and comes back', async () => {
    const session = open();
    session.frame = 1;
    expect((await run(session, '!for_each_frame "dv /t"')).lines).toEqual([
      '00 0018ff00 00402010 app!inner+0x10',
      '<dv /t in frame 0>',
      '01 0018ff20 00403010 app!middle+0x10',
      '<dv /t in frame 1>',
      '02 0018ff40 00000000 app!main+0x10',
      '<dv /t in frame 2>',
    ]);
    expect(session.frame).toBe(1);
  });

  it('finds the threads that a symbol is on', async () => {
    const session = open();
    expect((await run(session, '!findstack MIDDLE')).lines).toEqual([
      'Thread 000, 1 frame(s) match',
      '        * 01 0018ff20 00403010 app!middle+0x10',
      '',
    ]);
    expect((await run(session, '!findstack app!m* 0')).lines).toEqual(['Thread 000, 2 frame(s) match']);
    expect((await run(session, '!findstack middle 2')).lines[1]).toBe(
      '          00 0018ff00 00402010 app!inner+0x10',
    );
    expect((await run(session, '!findstack nowhere')).lines).toEqual([]);
    await expect(run(session, '!findstack middle 3')).rejects.toThrow('the level is 0, 1 or 2');
  });

  it('shows each distinct stack once, and who shares it', async () => {
    const session = open();
    const [thread] = session.target.threads;
    if (!thread) throw new Error('no thread');
    const other = {
      ...thread,
      index: 1,
      id: 0x99,
      context: () => fake.registers({ ...start, eip: 0x402020 }),
    };
    const threads = [thread, { ...thread, index: 1, id: 0x77 }, other];
    const several = { ...session, target: { ...session.target, threads } };
    const { lines, data } = await run(several, '!uniqstack');
    expect(lines[0]).toBe('Processing 3 threads, please wait');
    expect(lines.filter((l) => l === 'ChildEBP RetAddr  ')).toHaveLength(2);
    expect(lines.slice(-3)).toEqual([
      'Total threads: 3',
      'Duplicate callstacks: 1 (windbg thread #s follow):',
      '1',
    ]);
    expect(data.threads).toBe(3);
  });

  it('shows the raw words of the stack', async () => {
    const session = sessionOf(fake, fake.registers({ ...start, esp: 0x18ff00 }));
    expect((await run(session, 'kd 3')).lines).toEqual([
      '0018ff00  0018ff20',
      '0018ff04  00402010 app!middle+0x10',
      '0018ff08  00000001',
    ]);
  });
});

describe('.fnent and .fpo', () => {
  const fpo = {
    start: 0x1000,
    length: 0x100,
    locals: 8,
    parameters: 4,
    prolog: 0,
    savedRegisterCount: 2,
    seh: false,
    usesBp: false,
    frame: 'fpo',
  } as const;
  const described = fakeProcess({
    modules: [
      {
        ...modules[0],
        name: 'app',
        base: 0x400000,
        size: 0x8000,
        unwind: { fpo: (rva) => (rva < 0x2000 ? fpo : undefined) },
      },
    ],
  });
  const session = sessionOf(described, described.registers(start));

  it('shows the FPO data of an x86 function', async () => {
    expect((await run(session, '.fnent 00401000')).lines).toEqual([
      'Debugger function entry for:',
      '(00401000)   app!inner   |  (00402000)   app!middle',
      'Exact matches:',
      '    app!inner',
      '',
      'Params:    1',
      'Locals:    2',
      'Registers: 2',
    ]);
    expect((await run(session, '.fnent 00402000')).lines).toEqual(['No function entry for 00402000']);
  });

  it('lets a person put FPO data in place, and takes it back', async () => {
    expect((await run(session, '.fpo -s -fb -fl 3 -fp 2 00402000')).lines).toEqual([
      'FPO override: 00402000 app+0x2000 L1000 [Uses EBP] [2,3,0]',
    ]);
    expect((await run(session, '.fnent 00402000')).lines.slice(-4)).toEqual([
      'Params:    2',
      'Locals:    3',
      'Registers: 0',
      'Uses EBP',
    ]);
    expect((await run(session, '.fpo -o 00400000')).lines).toHaveLength(1);
    expect((await run(session, '.fpo -d 00402010')).lines).toEqual(['1 FPO override(s) removed']);
    expect((await run(session, '.fpo 00402000')).lines).toEqual(['No FPO overrides']);
  });

  it('prints unwind codes as the debugger does', async () => {
    // `UNWIND_INFO` and the text for it are those of a published session (StringTable2, IsPrefixOfStringInTable_13)
    const base = 0x7ffd0da90000;
    const bytes = {
      [base + 0x5000]: '70130000 d0130000 ec520000',
      [base + 0x52ec]: `01 10 06 00  10 64 09 00  10 54 08 00  10 32  0c e0 ${'00'.repeat(64)}`,
    };
    const functions = { IsPrefixOfStringInTable_13: 0x1370, IsPrefixOfStringInTable_4: 0x14d0 };
    const app: FakeModule = { name: 'StringTable2', base, size: 0x10000, pdata: [0x5000, 12], functions };
    const x64 = fakeProcess({ machine: MACHINES.x64, modules: [app], bytes });
    const { lines } = await run(sessionOf(x64, x64.registers({})), `.fnent ${(base + 0x1370).toString(16)}`);
    expect(lines).toEqual([
      'Debugger function entry for:',
      '(00007ffd`0da91370)   StringTable2!IsPrefixOfStringInTable_13   |  (00007ffd`0da914d0)   StringTable2!IsPrefixOfStringInTable_4',
      'Exact matches:',
      '    StringTable2!IsPrefixOfStringInTable_13',
      '',
      'BeginAddress      = 00000000`00001370',
      'EndAddress        = 00000000`000013d0',
      'UnwindInfoAddress = 00000000`000052ec',
      '',
      'Unwind info at 00007ffd`0da952ec, 10 bytes',
      '  version 1, flags 0, prolog 10, codes 6',
      '  00: offs 10, unwind op 4, op info 6\tUWOP_SAVE_NONVOL FrameOffset: 48 reg: rsi.',
      '  02: offs 10, unwind op 4, op info 5\tUWOP_SAVE_NONVOL FrameOffset: 40 reg: rbp.',
      '  04: offs 10, unwind op 2, op info 3\tUWOP_ALLOC_SMALL.',
      '  05: offs c, unwind op 0, op info e\tUWOP_PUSH_NONVOL reg: r14.',
    ]);
  });
});
