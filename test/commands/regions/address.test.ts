import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/output/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { labImages, processCases, type LabCase } from '../../process/openCase.ts';
import { CommandSession } from '../process/commandSession.ts';
import { sample } from '../process/samples.ts';

/** Where the words of a line begin and end. */
function columns(line: string): [number, number][] {
  return [...line.matchAll(/\S+/g)].map((m) => [m.index, m.index + m[0].length]);
}

/** Ends of the right-aligned words of a summary's row: count, size, amount, unit, shares. */
function ends(row: string): number[] {
  return columns(row.slice(34)).map(([, end]) => end);
}

describe.skipIf(!hasCorpus)('!address, !vprot and !vadump', () => {
  let lab: LabCase;
  let x86: CommandSession;
  let x64: CommandSession;

  beforeAll(async () => {
    const open = async (name: string): Promise<CommandSession> => {
      const found = processCases().find((c) => c.name === name);
      if (!found) throw new Error(`no case ${name}`);
      if (name.startsWith('x86')) lab = found;
      return CommandSession.open(found.dumps['privrw'] ?? '', labImages(found));
    };
    x86 = await open('x86-static-O0');
    x64 = await open('x64-static-O0');
  });

  it('the summary has the columns of the samples', async () => {
    const headings = [
      ...sample('!address -summary x64, WOW64 process').filter((l) => l.startsWith('---')),
      ...sample('!address -summary x86').filter((l) => l.startsWith('---')),
    ];
    const wanted = ends(sample('!address -summary x64').find((l) => l.startsWith('Heap')) ?? '');
    const free = ends(sample('!address -summary x64').find((l) => l.startsWith('Free')) ?? '');
    for (const session of [x86, x64]) {
      const { lines, data } = await session.run('!address -summary');
      for (const heading of headings) expect(lines).toContain(heading);
      const largest = lines.findIndex((l) => l.startsWith('--- Largest'));
      for (const row of lines.slice(0, largest).filter((l) => l !== '' && !l.startsWith('---'))) {
        expect(ends(row), row).toEqual(/^(Free|MEM_FREE)/.test(row) ? free : wanted);
      }
      // 52 and 70 are where a public transcript of the table of largest regions ends its numbers
      for (const row of lines.slice(largest + 1))
        expect(
          columns(row.slice(34))
            .map(([, e]) => e + 34)
            .slice(0, 2),
        ).toEqual([52, 70]);
      const usage = data['usage'] as { size: number; ofTotal: number }[];
      expect(usage.reduce((sum, row) => sum + row.ofTotal, 0)).toBeCloseTo(100);
      const state = data['state'] as { size: number }[];
      expect(usage.reduce((sum, r) => sum + r.size, 0)).toBe(state.reduce((sum, r) => sum + r.size, 0));
    }
  });

  it('the list has the columns of public transcripts', async () => {
    const wide = await x64.run('!address');
    expect(wide.lines.slice(1, 3)).toEqual([sample('!address full listing header')[0], '-'.repeat(122)]);
    const narrow = await x86.run('!address');
    const NARROW =
      /^[+ ] [ 0-9a-f]{8} [ 0-9a-f]{8} [ 0-9a-f]{8} (MEM_\w+ +| {12})(MEM_\w+ +)(PAGE_\S.*| {34}) *(Free|<unknown>|[A-Z]\w+)/;
    for (const row of narrow.lines.slice(3)) {
      expect(row).toMatch(NARROW);
      expect(row.slice(41, 45), row).toBe('MEM_');
      expect(row.slice(88, 89), row).toMatch(/[A-Z<]/);
    }
    for (const row of wide.lines.slice(3)) {
      expect(row.slice(68, 72), row).toBe('MEM_');
      expect(row.slice(115, 116), row).toMatch(/[A-Z<]/);
      expect(
        columns(row).filter(([, e]) => [19, 37, 55].includes(e)),
        row,
      ).toHaveLength(3);
    }
    const stack = narrow.lines.find((l) => l.includes('Stack      [~0; '));
    expect(stack).toMatch(/^\+ .* Stack {6}\[~0; 20\.24\]$/);
    expect(narrow.lines.some((l) => l.includes('PAGE_READWRITE | PAGE_GUARD'))).toBe(true);
  });

  it('the list in JSON is that of cli.md', async () => {
    const { data } = await x86.run('!address');
    const regions = data['regions'] as JsonObject[];
    const at = (address: string): JsonObject | undefined =>
      regions.find(
        (r) =>
          BigInt(r['start'] as string) <= BigInt(address) && BigInt(address) < BigInt(r['end'] as string),
      );
    const { truth } = lab;
    expect(at(truth.virtual.rw)).toMatchObject({
      state: 'MEM_COMMIT',
      type: 'MEM_PRIVATE',
      protect: 'PAGE_READWRITE',
      usage: '<unknown>',
      inDump: 'all',
    });
    expect(at(truth.virtual.reserved)).toMatchObject({ state: 'MEM_RESERVE', inDump: 'none' });
    expect(at(truth.peb)).toMatchObject({ usage: 'PEB', inDump: 'all' });
    expect(at(truth.modules[0]?.base ?? '0')).toMatchObject({ usage: 'Image', type: 'MEM_IMAGE' });
    expect(at('0x1000')).toMatchObject({ usage: 'Free', state: 'MEM_FREE', inDump: 'none' });
    for (let i = 1; i < regions.length; i++) {
      expect(BigInt(regions[i]?.['start'] as string)).toBeGreaterThanOrEqual(
        BigInt(regions[i - 1]?.['end'] as string),
      );
    }
  });

  it('one address: titles, blanks and hints', async () => {
    const base = BigInt(lab.truth.modules[0]?.base ?? 0);
    const { lines } = await x86.run(`!address ${(base + 0x1234n).toString(16)}`);
    // the titles of the newer layout, as public transcripts have them, at the documentation's column
    const value = sample('!address addr')[1]?.indexOf('Image') ?? 0;
    expect(value).toBe(24);
    expect(lines.map((l) => l.slice(0, value).trim()).filter((l) => l !== '')).toEqual([
      'Usage:',
      'Base Address:',
      'End Address:',
      'Region Size:',
      'State:',
      'Protect:',
      'Type:',
      'Allocation Base:',
      'Allocation Protect:',
      'Image Path:',
      'Module Name:',
      'Loaded Image Name:',
      'Mapped Image Name:',
      'More info:',
      'More info:',
      'More info:',
      'More info:',
      'Content source: 2 (mappe',
    ]);
    expect(lines.find((l) => l.startsWith('State:'))).toBe(
      'State:                  00001000          MEM_COMMIT',
    );
    expect(lines).toContain(`More info:              ln 0x${(base + 0x1234n).toString(16)}`);
    const free = (await x86.run('!address 1000')).lines;
    expect(free).toContain('Type:                   <info not present at the target>');
    expect(free.at(-1)).toMatch(/^Content source: 0 \(invalid\), length: [0-9a-f]+$/);
    const stack = (await x86.run('!address @esp')).lines;
    expect(stack).toContain('More info:              ~0k');
    expect(stack.at(-1)).toMatch(/^Content source: 1 \(target\)/);
  });

  it('filters by use, state, type and protection; writes lists for other programs', async () => {
    const { truth } = lab;
    const starts = async (line: string): Promise<string[]> =>
      ((await x86.run(line)).data['regions'] as JsonObject[]).map((r) => r['start'] as string);
    expect(await starts('!address -f:PEB')).toEqual([truth.peb]);
    expect((await starts('!address -f:TEB')).sort()).toEqual(
      truth.threads
        .flatMap((t) => (BigInt(t.teb) ? [t.teb] : []))
        .concat('0x3ff32000')
        .sort(),
    );
    expect(await starts('!address -f:PAGE_EXECUTE_READWRITE,MEM_PRIVATE')).toContain(truth.virtual.rwx);
    expect(await starts('!address -f:PAGE_NOACCESS,MEM_COMMIT,VAR')).toContain(truth.virtual.noaccess);
    expect(await starts('!address -f:MEM_MAPPED')).toContain(truth.virtual.view);
    await expect(x86.run('!address -f:Nonsense')).rejects.toThrow("does not know 'Nonsense'");
    expect((await x86.run('!address -f:PEB -o:1')).lines).toEqual([truth.peb]);
    const csv = (await x86.run('!address -f:PEB -o:csv')).lines;
    expect(csv).toHaveLength(2);
    expect(csv[1]?.split(',').length).toBe(csv[0]?.split(',').length);
    await expect(x86.run('!address -o:xml')).rejects.toThrow('csv, tsv or 1');
  });

  it('-c runs a command for each region, as the sample shows it', async () => {
    const { lines } = await x86.run('!address -f:PEB -c:".echo %1 %2 %3 %5 %7"');
    const end = `0x${(BigInt(lab.truth.peb) + 0x1000n).toString(16)}`;
    const echoed = `${lab.truth.peb} ${end} 0x1000 MEM_COMMIT PEB`;
    expect(sample('!address -f with -c')[2]).toMatch(/^\*\*\* Executing: s -u 0x/);
    expect(lines).toEqual([`*** Executing: .echo ${echoed}`, echoed]);
  });

  it('!vprot and !vadump', async () => {
    const address = BigInt(lab.truth.virtual.rwx);
    const flat = address.toString(16).padStart(8, '0');
    expect((await x86.run(`!vprot ${(address + 5n).toString(16)}`)).lines).toEqual([
      `BaseAddress:       ${flat}`,
      `AllocationBase:    ${flat}`,
      'AllocationProtect: 00000040  PAGE_EXECUTE_READWRITE',
      'RegionSize:        00002000',
      'State:             00001000  MEM_COMMIT',
      'Protect:           00000040  PAGE_EXECUTE_READWRITE',
      'Type:              00020000  MEM_PRIVATE',
    ]);
    const { lines, data } = await x86.run('!vadump');
    expect(lines).toContain('Protect:           00000104  PAGE_READWRITE + PAGE_GUARD');
    expect(lines.filter((l) => l.startsWith('BaseAddress:'))).toHaveLength(
      (data['regions'] as unknown[]).length,
    );
    expect(lines.some((l) => l.startsWith('AllocationBase:'))).toBe(false);
    expect((await x86.run('!vadump -v')).lines.some((l) => l.startsWith('AllocationBase:'))).toBe(true);
  });

  it('without a list of regions it says what it made one of', async () => {
    const session = await CommandSession.open('public/dumps/google_notepad-32bit-121c73_x86_win7.dmp.gz');
    const { lines, data } = await session.run('!address @esp');
    expect(lines).toContain('Protect:                <info not present at the target>');
    expect(lines.at(-1)).toMatch(/^The dump has no list of memory regions/);
    expect(data['note']).toMatch(/^The dump has no list of memory regions/);
    await expect(session.run('!vprot')).rejects.toThrow('no list of memory regions');
    await expect(session.run('!address 10000')).rejects.toThrow('says nothing of 00010000');
  });
});
