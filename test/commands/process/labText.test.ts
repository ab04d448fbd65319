import { beforeAll, describe, expect, it } from 'vitest';
import { hasCorpus } from '../../corpus.ts';
import { labImages, processCases, type LabCase } from '../../process/openCase.ts';
import { CommandSession, type Ran } from './commandSession.ts';
import { label, sample } from './samples.ts';

const find = (name: string): LabCase => {
  const lab = processCases().find((c) => c.name === name);
  if (!lab) throw new Error(`no case ${name}`);
  return lab;
};

describe.skipIf(!hasCorpus)('commands about a process: their words and columns', () => {
  let x86: { lab: LabCase; session: CommandSession };
  let x64: { lab: LabCase; session: CommandSession };
  const run = (on: typeof x86, line: string): Promise<Ran> => on.session.run(line);

  beforeAll(async () => {
    const open = async (name: string): Promise<typeof x86> => {
      const lab = find(name);
      return { lab, session: await CommandSession.open(lab.dumps['privrw'] ?? '', labImages(lab)) };
    };
    x86 = await open('x86-dll-O0');
    x64 = await open('x64-static-O0');
  });

  /** Every label of a sample stands in the output, at the same width. */
  function expectLabels(lines: readonly string[], heading: string, except: readonly string[] = []): void {
    const labels = sample(heading)
      .map(label)
      .filter((l) => l !== undefined)
      .filter((l) => !except.includes(l.trim()));
    expect(labels.length).toBeGreaterThan(5);
    for (const wanted of labels) {
      expect(
        lines.some((line) => label(line) === wanted),
        `'${wanted}' in ${heading}`,
      ).toBe(true);
    }
  }

  it('!peb', async () => {
    const wide = await run(x64, '!peb');
    expectLabels(wide.lines, '!peb x64');
    expectLabels((await run(x86, '!peb')).lines, '!peb x86, Windows 10/11 (adds two lines)', [
      'NtGlobalFlag2:',
    ]);
    expect(wide.lines[0]).toBe(`PEB at ${BigInt(x64.lab.truth.peb).toString(16).padStart(16, '0')}`);
    const head = sample('!peb x64').find((l) => l.includes('Base TimeStamp')) ?? '';
    const at = wide.lines.indexOf(head);
    expect(at).toBeGreaterThan(0);
    // base, stamp and path stand where the heading and the sample have them
    const rows = wide.lines.slice(at + 1, at + 1 + x64.lab.truth.modules.length);
    rows.forEach((row, i) => {
      const m = x64.lab.truth.modules[i];
      expect(row.slice(0, 17)).toBe(
        `${BigInt(m?.base ?? 0)
          .toString(16)
          .padStart(16)} `,
      );
      expect(row.slice(17)).toMatch(/^[0-9a-f]{8} [A-Z][a-z]{2} \d{2} \d\d:\d\d:\d\d \d{4} \S/);
      expect(row.slice(17 + 30)).toBe(m?.path);
    });
    const variables = wide.lines.slice(wide.lines.findIndex((l) => l.startsWith('    Environment:')) + 1);
    for (const [name, value] of Object.entries(x64.lab.truth.env))
      expect(variables).toContain(`        ${name}=${value}`);
  });

  it('!peb, !teb in JSON: what the acceptance check asks for', async () => {
    const { truth } = x86.lab;
    const { data } = await run(x86, '!peb');
    expect(data).toMatchObject({
      address: truth.peb,
      ImageBaseAddress: truth.modules[0]?.base,
      ProcessHeap: truth.heaps['process'],
      ProcessParameters: { CommandLine: truth.command_line, ImagePathName: truth.image_path },
    });
    for (const thread of truth.threads) {
      if (BigInt(thread.teb) === 0n) continue;
      const teb = await run(x86, `!teb ${thread.teb}`);
      expect(teb.data).toMatchObject({
        address: thread.teb,
        ProcessEnvironmentBlock: truth.peb,
        ClientId: { UniqueThread: `0x${thread.tid.toString(16)}` },
        LastErrorValue: thread.last_error,
      });
    }
  });

  it('!teb', async () => {
    const { lines } = await run(x64, '!teb');
    expectLabels(lines, '!teb in a stack overflow');
    expect(lines).toHaveLength(17);
    expect(lines.find((l) => l.includes('ClientId'))).toMatch(
      /^ {4}ClientId: {13}[0-9a-f]{16} \. [0-9a-f]{16}$/,
    );
  });

  it('!dlls', async () => {
    const { lines } = await run(x86, '!dlls -c 7b600010');
    const shape = (line: string): string => line.replace(/0x[0-9a-f]{8}/g, '#').replace(/: .*/, ': path');
    const [, , ...wanted] = sample(
      '!dlls -c / -a (first part; -a continues with PE headers in the !dh layout)',
    );
    expect(lines[0]).toBe('Dump dll containing 0x7b600010:');
    expect(lines.slice(1, 5).map(shape)).toEqual(wanted.slice(0, 4).map(shape));
    expect(lines[5]).toBe('             LDRP_IMAGE_DLL');
    for (const order of ['-l', '-i', '-m']) {
      const { data } = await run(x86, `!dlls ${order}`);
      expect((data['modules'] as unknown[]).length).toBe(order === '-i' ? 5 : 6);
    }
    await expect(run(x86, '!dlls -q')).rejects.toThrow('no option');
  });

  it('!envvar', async () => {
    // the documentation's example repeats the name as it was typed
    expect((await run(x86, '!envvar lab_var_a')).lines).toEqual(['        lab_var_a = Hello lab']);
    expect((await run(x86, '!envvar no_such')).lines).toEqual([
      'Environment variable "no_such" is not defined',
    ]);
    expect((await run(x86, '!envvar')).lines.length).toBeGreaterThan(40);
  });

  it('!tls', async () => {
    const [first] = x86.lab.truth.threads;
    const pid = x86.lab.truth.pid.toString(16);
    const { lines } = await run(x86, '!tls -1');
    expect(lines.slice(0, 3)).toEqual([
      `TLS slots on thread: ${pid}.${first?.tid.toString(16)}`,
      '0x0000 : 00000000',
      `0x0001 : ${BigInt(first?.tls_value ?? 0)
        .toString(16)
        .padStart(8, '0')}`,
    ]);
    expect((await run(x86, '!tls 1 0')).lines).toEqual(
      x86.session.engine.session.target.threads.map((t) => {
        const value = x86.lab.truth.threads.find((known) => known.tid === t.id)?.tls_value ?? '0';
        return `${pid}.${t.id.toString(16)}: ${BigInt(value).toString(16).padStart(8, '0')}`;
      }),
    );
    await expect(run(x86, '!tls')).rejects.toThrow('Slot');
    await expect(run(x86, '!tls 441')).rejects.toThrow('no TLS slot');
  });

  it('!cs and !locks', async () => {
    const { locks } = x86.lab.truth;
    const owner = x86.lab.truth.threads.findIndex((t) => t.tid === locks.owner_tid);
    const { lines, data } = await run(x86, '!cs -l');
    const cs = BigInt(locks.g_cs).toString(16).padStart(8, '0');
    expect(lines.slice(0, 9)).toEqual([
      '-----------------------------------------',
      expect.stringMatching(/^DebugInfo {10}= 0x[0-9a-f]{8}$/),
      `Critical section   = 0x${cs} (RuntimeTest+0xC24C)`,
      'LOCKED',
      'LockCount          = 0x2',
      `OwningThread       = 0x${locks.owner_tid.toString(16).padStart(8, '0')}`,
      'RecursionCount     = 0x2',
      'LockSemaphore      = 0x0',
      'SpinCount          = 0x00000000',
    ]);
    expect(data['sections']).toMatchObject([
      { address: locks.g_cs, locked: true, waiters: 1, owner: { index: owner } },
    ]);
    const labels = (all: readonly string[]): string[] =>
      all.map((l) => l.slice(0, 19)).filter((l) => /= $|^\S+ += /.test(l));
    expect(labels(lines)).toEqual(
      expect.arrayContaining(labels(sample('!cs -s')).filter((l) => !l.startsWith('Crit'))),
    );
    const text = (await run(x86, '!locks')).lines;
    expect(text.slice(0, 8)).toEqual([
      '',
      `CritSec RuntimeTest+c24c at ${cs}`,
      'LockCount          2',
      'RecursionCount     2',
      `OwningThread       ${locks.owner_tid.toString(16)}`,
      'EntryCount         0',
      'ContentionCount    0',
      '*** Locked',
    ]);
    expect(text.some((l) => /^Scanned \d+ critical sections$/.test(l))).toBe(true);
    expect((await run(x86, `!critsec ${locks.g_cs}`)).lines).toEqual(text.slice(0, 8));
    const stack = (await run(x86, `!cs -o ${locks.g_cs}`)).lines;
    expect(stack).toContain(`OwningThread DbgId = ~${owner}s`);
    expect(stack.filter((l) => l.startsWith('\t')).length).toBeGreaterThan(3);
    await expect(run(x86, '!critsec 12345678')).rejects.toThrow('does not hold');
  });

  it('!handle', async () => {
    const one = (await run(x86, '!handle 44 f')).lines;
    const wanted = sample('!handle h f').slice(1);
    expect(one[0]).toBe('Handle 00000044');
    expect(one[1]).toBe('  Type          Mutant');
    const titles = (lines: readonly string[]): string[] =>
      lines.map((l) => l.slice(0, 16)).filter((l) => /^ {2}[A-Z]\w+ /.test(l));
    expect(titles(one).filter((t) => !/object/i.test(t))).toEqual(
      titles(wanted).filter((t) => !/object/i.test(t)),
    );
    const all = (await run(x86, '!handle')).lines;
    const count = all.findIndex((l) => l.endsWith(' Handles'));
    expect(all.slice(count, count + 2)).toEqual([`${count / 2} Handles`, 'Type            Count']);
    expect(all).toContain('Mutant          1');
    expect((await run(x86, '!handle 0 1 mutant')).lines.slice(0, 3)).toEqual([
      'Handle 00000044',
      '  Type          Mutant',
      '1 Handles',
    ]);
    await expect(run(x86, '!handle 9999')).rejects.toThrow('no handle 9999');
  });

  it('!exchain follows the chain on x86 and looks at the frames on x64', async () => {
    const { lines } = await run(x86, '!exchain');
    expect(lines[0]).toMatch(/^[0-9a-f]{8}: ntdll!\S+\+[0-9a-f]+ \([0-9a-f]{8}\)$/);
    const wide = await run(x64, '!exchain');
    expect(wide.lines[0]).toMatch(/^\d+ stack frames, scanning for handlers\.\.\.$/);
  });

  it('times', async () => {
    const { lines } = await run(x86, '!runaway 7');
    expect(lines.filter((l) => l.endsWith('Time'))).toEqual([
      ' User Mode Time',
      '  Thread       Time',
      ' Kernel Mode Time',
      '  Thread       Time',
      ' Elapsed Time',
      '  Thread       Time',
    ]);
    const [row = ''] = sample('!runaway, current layout').filter((l) => l.includes(':3894'));
    expect(lines[2]).toHaveLength(row.length);
    expect(lines[2]).toMatch(/^ {3}\d\d:[0-9a-f]{3} {6}0 days \d:\d\d:\d\d\.\d{3}$/);
    // longest first
    const user = lines.slice(2, 15).map((l) => l.slice(-11));
    expect(user).toEqual([...user].sort().reverse());
    const starts = (text: readonly string[]): string[] => text.map((l) => l.slice(0, 9));
    expect(starts((await run(x86, '.ttime')).lines)).toEqual(starts(sample('.ttime').slice(1)));
    expect((await run(x86, '.time -h 2')).lines[0]).toMatch(/^Debug session time: .* \(UTC \+ 2:00\)$/);
    await expect(run(x86, '!runaway 8')).rejects.toThrow('Flags');
  });

  it('!gle and !error', async () => {
    expect((await run(x86, '!gle')).lines[0]).toBe(
      'LastErrorValue: (Win32) 0x3e8 (1000) - <Unable to get error code text>',
    );
    const all = (await run(x86, '!gle -all')).lines;
    expect(all.slice(4, 8)).toEqual([
      'Last error for thread 1:',
      'LastErrorValue: (Win32) 0x3e9 (1001) - Recursion too deep; the stack overflowed.',
      'LastStatusValue: (NTSTATUS) 0 - STATUS_WAIT_0',
      '',
    ]);
    const seen = sample('!gle and !error');
    expect((await run(x86, '!error 0000071a')).lines).toEqual([seen.at(-1)]);
    expect((await run(x86, '!error 2')).lines).toEqual([sample('!error')[1]]);
    expect((await run(x86, '!error 80070005')).lines).toEqual([
      'Error code: (HRESULT) 0x80070005 (2147942405) - Access is denied.',
    ]);
    expect((await run(x86, '!error 2 1')).lines).toEqual(['Error code: (NTSTATUS) 0x2 (2) - STATUS_WAIT_2']);
    await expect(run(x86, '!error')).rejects.toThrow('needs an error number');
  });

  it('!gflag', async () => {
    expect((await run(x86, '!gflag')).lines).toEqual(['Current NtGlobalFlag contents: 0x00000000']);
    const windows = await CommandSession.open(
      'public/dumps/google_notepad-larger-32bit-8e9c2c_x86_win7.dmp.gz',
    );
    // started under a debugger, as the sample's process was
    const wanted = sample('!gflag')
      .slice(1)
      .map((l) => l.trimEnd());
    expect((await windows.run('!gflag')).lines).toEqual(wanted);
    await expect(run(x86, '!gflag +htc')).rejects.toThrow('live target');
  });
});

describe.skipIf(!hasCorpus)('commands about a WOW64 process', () => {
  it('show the 32-bit side first, and both under their titles', async () => {
    const session = await CommandSession.open('public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz');
    const peb = await session.run('!peb');
    expect(peb.lines[0]).toBe('Wow64 PEB32 at 7efde000');
    const second = peb.lines.indexOf('Wow64 PEB at 000000007efdf000');
    expect(peb.lines.slice(second - 2, second)).toEqual(['', '']);
    expect(peb.data).toMatchObject({ address: '0x7efdf000', wow64: { address: '0x7efde000' } });
    const teb = await session.run('!teb');
    expect(teb.lines[0]).toBe('Wow64 TEB32 at 000000007efdd000');
    expect(teb.lines).toContain('Wow64 TEB at 000000007efdb000');
    expect(teb.lines.filter((l) => l.includes('StackBase:'))).toHaveLength(2);
    expect((await session.run('!gle')).lines.indexOf('Wow64 TEB status:')).toBe(2);
    // the address of one side shows that side alone
    expect((await session.run('!peb 7efde000')).lines[0]).toBe('PEB at 7efde000');
    expect((await session.run('!teb 7efdd000')).lines).toHaveLength(17);
    await session.engineLine('.effmach x86');
    const chain = (await session.run('!exchain')).lines.filter((l) => /^[0-9a-f]{8}: /.test(l));
    expect(chain).toHaveLength(6);
    expect((await session.run('!dlls')).lines[1]).toMatch(/^0x[0-9a-f]{8}: D:/);
  });
});

describe.skipIf(!hasCorpus)('a dump without the process’ own memory', () => {
  it('is told in a sentence, command by command', async () => {
    const session = await CommandSession.open('public/dumps/google_notepad-32bit-121c73_x86_win7.dmp.gz');
    for (const line of [
      '!peb',
      '!dlls',
      '!envvar',
      '!gflag',
      '!locks',
      '!gle',
      '!tls -1',
      '!handle',
      '!runaway',
      '.ttime',
      '!kuser',
    ]) {
      await expect(session.run(line), line).rejects.toThrow(/^The dump (does not|has no)|^The dump holds/);
    }
    expect((await session.run('!teb')).lines).toEqual([
      'TEB at 7efda000',
      '    The dump does not hold this memory.',
    ]);
  });
});
