/** What `!heap` prints, held against the debugger's own output: windbg/samples.md section 8 and the rows in HEAPS.md 12. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../core/engine/index.ts';
import { hasCorpus, shared } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { label, sample } from '../process/samples.ts';
import { openEngine, runLine } from '../runLine.ts';

const engines = new Map<string, Promise<Engine>>();
const run = async (name: string, line: string): Promise<readonly string[]> => {
  let engine = engines.get(name);
  if (!engine) engines.set(name, (engine = openEngine(`${name}.dmp.gz`)));
  const { lines, errors } = await runLine(await engine, line);
  expect(errors).toEqual([]);
  return lines;
};

const X64 = 'nt-heap/19041-x64/backend';
const X86 = 'nt-heap/7601-x86/lfh';
const FIZZBUZZ = 'public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7';

/** A line with every hexadecimal number of three digits or more as one mark a digit: its columns remain. */
function shape(line: string): string {
  return line.replace(/\b[0-9a-f]{3,}\b/g, (digits) => '#'.repeat(digits.length)).trimEnd();
}

/** The labels of a sample's rows, up to their values; those of segments depend on these. */
function labels(lines: readonly string[]): string[] {
  return lines.flatMap((line) => label(line) ?? []).filter((l) => !l.includes('Segment at'));
}

/** The columns where numbers and words end. */
function ends(line: string): number[] {
  return [...line.trimEnd().matchAll(/\S+/g)].map((m) => m.index + m[0].length);
}

function row(lines: readonly string[], pattern: RegExp): string {
  const found = lines.find((l) => pattern.test(l));
  if (found === undefined) throw new Error(`no line like ${pattern} in\n${lines.slice(0, 20).join('\n')}`);
  return found;
}

describe.skipIf(!hasCorpus)('the text of !heap', () => {
  it('lists heaps as the debugger does', async () => {
    const [heading, blank] = sample('!heap list x64, mixed').slice(1);
    const lines = await run('nt-heap/19041-x64/mixed', '!heap');
    expect([lines[0], lines[1]]).toEqual([heading, blank]);
    for (const kind of ['NT Heap', 'Segment Heap']) {
      const theirs = row(sample('!heap list x64, mixed'), new RegExp(`[0-9a-f]{11} +${kind}`));
      expect(ends(row(lines, new RegExp(`[0-9a-f]{11} +${kind}`)))).toEqual(ends(theirs));
    }
    const x86 = row(sample('!heap list x86'), /NT Heap/);
    expect(ends(row(await run(X86, '!heap'), /NT Heap/))).toEqual(ends(x86));
  });

  it('!heap 0 lists segments', async () => {
    const [heading, first, segment] = sample('!heap 0 x64').slice(1).map(shape);
    const lines = (await run(X64, '!heap 0')).map(shape);
    expect(lines[0]).toBe(heading);
    expect(lines[1]?.slice(0, 7)).toBe(first?.slice(0, 7));
    expect(lines[2]).toBe(segment);
  });

  it('-s has its banner, headings and columns', async () => {
    const theirs = sample('!heap -s x64').slice(1);
    const lines = await run(X64, '!heap -s');
    const mine = new Set(lines);
    for (const wanted of theirs.filter((l) => /^\*|NT HEAP STATS|^ +Heap|^ +\(k\)|^-+$/.test(l))) {
      expect(mine.has(wanted), `'${wanted}'`).toBe(true);
    }
    const pattern = /^[0-9a-f]{16} [0-9a-f]{8} /;
    const columns = ends(row(theirs, pattern)).slice(0, 10);
    for (const line of lines.filter((l) => pattern.test(l))) expect(ends(line).slice(0, 10)).toEqual(columns);
    const x86 = await run(X86, '!heap -s');
    const old = sample('!heap -s x86');
    for (const wanted of old.filter((l) => /^ +Heap|^ +\(k\)|^-+$/.test(l))) expect(x86).toContain(wanted);
    const [theirRow, myRow] = [old, x86].map((all) => row(all, /^[0-9a-f]{8} [0-9a-f]{8} .*LFH/));
    expect(ends(myRow ?? '')).toEqual(ends(theirRow ?? ''));
    expect(row(x86, /^LFH Key/).slice(0, 30)).toBe(row(old, /^LFH Key/).slice(0, 30));
  });

  it('-s names debugging aids and fragmentation in the debugger\u2019s words', async () => {
    const wanted = sample('!heap -s x64 with NtGlobalFlag lines').slice(0, 4);
    const lines = await run('nt-heap/19041-x64/debugflags', '!heap -s');
    expect(lines.slice(lines.indexOf(wanted[0] ?? '')).slice(0, 4)).toEqual(wanted);
    const fragmented = row(sample('!heap -s x64'), /External/).replace(/\d+/g, 'N');
    const ust = await run('nt-heap/19041-x64/ust', '!heap -s');
    expect(row(ust, /External/).replace(/\d+/g, 'N')).toBe(fragmented);
    expect(ust).toContain('    stack back traces');
  });

  it('-s without heaps', async () => {
    const lines = await run('public/dumps/llvm_sigsegv-2e2479_x64_win10', '!heap -s').catch(() => []);
    const theirs = sample('!heap -s, nothing readable');
    expect(lines[0]).toBe(theirs[0]);
    expect(lines[1]).toMatch(/^-+$/);
    expect(lines[2]).toMatch(/not in the dump|holds no/);
  });

  it('-a has the labels, free lists, segments and entries of both widths', async () => {
    const x86 = await run(FIZZBUZZ, '!heap -a 700000');
    const theirs = sample('!heap -a x86').slice(1);
    for (const wanted of labels(theirs)) {
      expect(
        x86.some((line) => line.startsWith(wanted)),
        `'${wanted}'`,
      ).toBe(true);
    }
    for (const pattern of [
      /^ {4}Segment at/,
      /^ {4}Uncommitted ranges:/,
      /^ {12}[0-9a-f]{8}: [0-9a-f]{8} {2}\(\d+ bytes\)/,
      /^ {4}Segment00 at/,
      /^ {8}UnCommitted Ranges: \(1\)$/,
      /^ {8}[0-9a-f]{8}: [0-9a-f]{5} \. [0-9a-f]{5} \[101\] - busy \([0-9a-f]{3}\)$/,
    ]) {
      const [mine, wanted] = [x86, theirs].map((all) => shape(row(all, pattern)));
      expect(mine?.replace(/\d+ bytes\)/, 'N bytes)')).toBe(wanted?.replace(/\d+ bytes\)/, 'N bytes)'));
    }
    expect(row(x86, /FreeList\[ 00 \] at/).slice(0, 31)).toMatch(/^ {4}FreeList\[ 00 \] at [0-9a-f]{8}:/);
    expect(row(x86, /uncommitted bytes/)).toMatch(
      /^ {8}[0-9a-f]{8}: {6}[0-9a-f]{8} {6}- uncommitted bytes\.$/,
    );
    const x64 = await run(X64, '!heap -a 1');
    for (const wanted of labels(sample('!heap -a x64 header'))) {
      expect(
        x64.some((line) => line.startsWith(wanted)),
        `'${wanted}'`,
      ).toBe(true);
    }
  });

  it('-x and -l have the table with an Unused column', async () => {
    const facts = readFileSync(shared('facts/HEAPS.md'), 'utf8').split('\n');
    for (const [dump, command] of [
      [FIZZBUZZ, '!heap -x 703000'],
      [FIZZBUZZ, '!heap -x 505508'],
    ] as const) {
      const [heading, dashes] = await run(dump, command);
      const at = facts.indexOf(heading ?? '');
      expect(at, heading).toBeGreaterThan(0);
      expect(facts[at + 1]).toBe(dashes);
    }
    // 00246c40  00246c48  00150000  00150640       200       200         c  busy
    const theirs = facts[facts.findIndex((l) => l.startsWith('00246c40  00246c48'))] ?? '';
    const mine = (await run(FIZZBUZZ, '!heap -x 703000'))[2] ?? '';
    expect(ends(mine)).toEqual(ends(theirs));
    const lfh = facts[facts.findIndex((l) => l.startsWith('00000234c1b1a9a0  '))] ?? '';
    const [, , myLfh = ''] = await run(
      'nt-heap/19041-x64/lfh',
      `!heap -x ${await firstLfhBlock('nt-heap/19041-x64/lfh')}`,
    );
    expect(ends(myLfh)).toEqual(ends(lfh));
    expect(myLfh).toMatch(/LFH;busy $/);
  });

  it('-x -v searches the memory', async () => {
    const theirs = row(sample('!heap -x -v'), /^Search VM/);
    const lines = await run(FIZZBUZZ, '!heap -x -v 463cf0');
    expect(shape(row(lines, /^Search VM/)).slice(0, 49)).toBe(shape(theirs).slice(0, 49));
  });

  it('-stat', async () => {
    const theirs = sample('!heap -stat -h x64').slice(1);
    const lines = await run(X64, '!heap -stat -h 1');
    expect(lines.slice(1, 3)).toEqual(theirs.slice(1, 3));
    expect(lines[0]?.slice(0, 8)).toBe(theirs[0]?.slice(0, 8));
    for (const line of lines.slice(3))
      expect(line).toMatch(/^ {4}[0-9a-f]+ [0-9a-f]+ - [0-9a-f]+ {2}\(\d+\.\d\d\)$/);
    expect(lines.length).toBeLessThanOrEqual(23);
  });

  it('-flt and -p -a have the rows of a HEAP_ENTRY', async () => {
    const theirs = sample('!heap -flt s x64').slice(1);
    const lines = await run('nt-heap/19041-x64/ust', '!heap -flt s 64');
    expect(lines[0]).toMatch(/^ {4}_HEAP @ [0-9a-f]{11}$/);
    expect(lines[1]).toBe(theirs[1]);
    const entry = row(lines, /\[0.\] .*\(busy\)/);
    expect(shape(entry).replace(/\[0.\]/, '[00]')).toBe(shape(theirs[2] ?? ''));
    const [user] = /(?<=\] {3})[0-9a-f]{16}/.exec(entry) ?? [''];
    const found = await run('nt-heap/19041-x64/ust', `!heap -p -a ${user}`);
    const sampled = sample('!heap -p -a, normal heap with +ust stack x64').slice(1);
    expect(
      found
        .slice(0, 4)
        .map(shape)
        .map((l) => l.replace(/\[0.\]/, '[00]')),
    ).toEqual(sampled.slice(0, 4).map(shape));
    // a stack's line: the address without padding, the displacement in sixteen digits
    expect(row(found, /ntdll/)).toMatch(/^ {8}[0-9a-f]{12} ntdll\S*\+0x[0-9a-f]{16}$/);
    expect(row(sampled, /ntdll/)).toMatch(/^ {8}[0-9a-f]{12} ntdll\S*\+0x[0-9a-f]{16}$/);
  });

  it('-p -a on a page heap, busy and freed', async () => {
    const all = await run('nt-heap/2600-x86/pageheap', '!heap -p -all');
    const [, user = ''] =
      /: ([0-9a-f]{8}) [0-9a-f]{8} - /.exec(row(all, /^ +[0-9a-f]{8} : [0-9a-f]{8} [0-9a-f]{8} -/)) ?? [];
    const busy = await run('nt-heap/2600-x86/pageheap', `!heap -p -a ${user}`);
    const theirs = sample('!heap -p -a, full page heap busy x86');
    expect(busy[2]).toBe(theirs[2]);
    expect(ends(busy[3] ?? '')).toEqual(ends(theirs[3] ?? ''));
    const [, gone = ''] =
      /: ([0-9a-f]{8}) [0-9a-f]{8}$/.exec(row(all, /^ +[0-9a-f]{8} : [0-9a-f]{8} [0-9a-f]{8}$/)) ?? [];
    const freed = await run('nt-heap/2600-x86/pageheap', `!heap -p -a ${gone}`);
    const sampled = sample('!heap -p -a, freed block');
    expect(freed[2]).toBe(sampled[2]);
    expect(ends(freed[3] ?? '')).toEqual(ends(sampled[3] ?? ''));
  });

  it('-srch names the class behind a vtable', async () => {
    const engine = await openLab('x86-static-O0');
    const { lines } = await runLine(engine, '!heap -srch poi(RuntimeTest!g_circle)');
    expect(lines.filter((l) => l.startsWith('    _HEAP @ ')).length).toBe(7);
    const circle = await runLine(engine, '!heap -p -a poi(RuntimeTest!g_circle)');
    expect(circle.lines.join('\n')).toMatch(/^ {10}RuntimeTest!shapes::Circle::`vftable'$/m);
  });
});

/** The user address of a busy LFH block. */
async function firstLfhBlock(name: string): Promise<string> {
  const engine = await openEngine(`${name}.dmp.gz`);
  const { data } = await runLine(engine, '!heap -hl 1');
  const blocks = data.blocks as unknown as { user?: string; state: string; part: string }[];
  return blocks.find((b) => b.part === 'lfh' && b.state === 'busy')?.user ?? '';
}
