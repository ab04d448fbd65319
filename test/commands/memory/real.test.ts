import { describe, expect, it } from 'vitest';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { openSession } from './openSession.ts';
import { rawBytes, rawMemory, type RawRange } from './rawMemory.ts';

const CASES = [
  {
    name: 'x86',
    dump: 'lab/x86-static-O0/full.dmp.gz',
    truth: 'corpus/lab/x86-static-O0/truth.json.gz',
    pointer: 4,
  },
  {
    name: 'x64',
    dump: 'lab/x64-static-O0/privrw.dmp.gz',
    truth: 'corpus/lab/x64-static-O0/truth.json.gz',
    pointer: 8,
  },
];

interface Truth {
  peb: string;
  pid: number;
  main_teb: string;
  command_line: string;
  modules: { base: string; path: string }[];
  threads: {
    tid: number;
    teb: string;
    locals: { name: string; type: string; addr: string; value: string }[];
  }[];
}

function digits(address: bigint, pointer: number): string {
  const text = address.toString(16).padStart(pointer * 2, '0');
  return pointer === 4 ? text : `${text.slice(0, 8)}\`${text.slice(8)}`;
}

/** What db prints, made from the file's bytes in another way than db does it. */
function expectedBytes(start: bigint, bytes: Buffer, pointer: number): string[] {
  const rows: string[] = [];
  for (let i = 0; i < bytes.length; i += 16) {
    const row = bytes.subarray(i, i + 16);
    const hex = row.toString('hex').replace(/../g, '$& ').trimEnd();
    const parted = hex.length > 23 ? `${hex.slice(0, 23)}-${hex.slice(24)}` : hex;
    const text = row.toString('latin1').replace(/[^ -~]/g, '.');
    rows.push(`${digits(start + BigInt(i), pointer)}  ${parted.padEnd(47)}  ${text}`);
  }
  return rows;
}

function expectedWords(start: bigint, bytes: Buffer, size: 4 | 8, pointer: number): string[] {
  const rows: string[] = [];
  for (let i = 0; i < bytes.length; i += 16) {
    const words: string[] = [];
    for (let k = i; k < Math.min(i + 16, bytes.length); k += size) {
      const value = size === 4 ? BigInt(bytes.readUInt32LE(k)) : bytes.readBigUInt64LE(k);
      words.push(digits(value, size));
    }
    rows.push(`${digits(start + BigInt(i), pointer)}  ${words.join(' ')}`);
  }
  return rows;
}

describe.skipIf(!hasCorpus).each(CASES)(
  'memory of a real $name dump',
  ({ dump, truth: truthFile, pointer }) => {
    const { ranges } = hasCorpus ? rawMemory(dump) : { ranges: [] as RawRange[] };
    const opened = hasCorpus ? openSession(dump) : undefined;
    const truth = hasCorpus ? sharedJson<Truth>(truthFile) : undefined;
    if (!opened || !truth) return;

    /** places spread over the file: starts, odd offsets and ends of ranges */
    const places = ranges
      .filter((r) => r.bytes.length >= 0x400)
      .filter((_, i, all) => i % Math.ceil(all.length / 12) === 0)
      .flatMap((r) => [r.start, r.start + 0x123n, r.start + BigInt(r.bytes.length - 0x100)]);

    it('db, dd and dq print the bytes of the file', async () => {
      expect(places.length).toBeGreaterThan(10);
      for (const place of places) {
        const at = `0x${place.toString(16)}`;
        const bytes = rawBytes(ranges, place, 0x97);
        expect(await opened.lines(`db ${at} L97`)).toEqual(expectedBytes(place, bytes, pointer));
        expect(await opened.lines(`dd ${at} L25`)).toEqual(
          expectedWords(place, bytes.subarray(0, 0x94), 4, pointer),
        );
        expect(await opened.lines(`dq ${at} L11`)).toEqual(
          expectedWords(place, bytes.subarray(0, 0x88), 8, pointer),
        );
        const asPointers = expectedWords(place, bytes.subarray(0, 0x80), pointer === 4 ? 4 : 8, pointer);
        expect(await opened.lines(`dp ${at}`)).toEqual(asPointers);
      }
    });

    it('question marks stand where no range has the byte', async () => {
      const covered = (a: bigint): boolean =>
        ranges.some((r) => a >= r.start && a < r.start + BigInt(r.bytes.length));
      const last = ranges.map((r) => r.start + BigInt(r.bytes.length)).find((end) => !covered(end));
      if (last === undefined) throw new Error('every range is followed by another one');
      const start = last - 6n;
      const known = rawBytes(ranges, start, 6);
      const { lines, data } = await opened.run(`db 0x${start.toString(16)} L10`);
      const hex = known.toString('hex').replace(/../g, '$& ');
      const text = known.toString('latin1').replace(/[^ -~]/g, '.');
      expect(lines).toEqual([
        `${digits(start, pointer)}  ${hex}?? ??-?? ?? ?? ?? ?? ?? ?? ??  ${text}??????????`,
      ]);
      expect(data?.values).toEqual([...known, ...Array.from({ length: 10 }, () => null)]);
      // a word that is there in part is missing
      expect(await opened.lines(`dd 0x${start.toString(16)} L2`)).toEqual([
        `${digits(start, pointer)}  ${digits(BigInt(known.readUInt32LE(0)), 4)} ????????`,
      ]);
    });

    it('expressions give what the process said of itself', async () => {
      const { evaluator } = opened.session;
      expect(evaluator.address('@$peb')).toBe(BigInt(truth.peb));
      expect(evaluator.address('@$teb')).toBe(BigInt(truth.main_teb));
      expect(evaluator.evaluate('@$tpid')).toBe(BigInt(truth.pid));
      expect(evaluator.evaluate('$tid')).toBe(BigInt(truth.threads[0]?.tid ?? 0));
      expect(evaluator.evaluate('@$ptrsize')).toBe(BigInt(pointer));
      for (const { base, path } of truth.modules) {
        const name = (path.split('\\').at(-1) ?? '').replace(/\.\w+$/, '');
        expect(evaluator.address(name)).toBe(BigInt(base));
      }
      const ints = truth.threads.flatMap((t) => t.locals).filter((l) => l.type === 'int');
      expect(ints.length).toBeGreaterThan(2);
      for (const { addr, value } of ints) expect(evaluator.evaluate(`dwo(${addr})`)).toBe(BigInt(value));
      // TEB.ProcessEnvironmentBlock, by way of the segment register on x86
      expect(evaluator.address(pointer === 4 ? 'poi(fs:[30])' : 'poi(gs:[60])')).toBe(BigInt(truth.peb));
    });

    it('du and dS show the command line that the process was started with', async () => {
      // ProcessParameters and CommandLine within it (facts/layouts)
      const [parameters, commandLine] = pointer === 4 ? ['10', '40'] : ['20', '70'];
      const structure = `poi(@$peb+${parameters})+${commandLine}`;
      const buffer = `poi(${structure}+${pointer})`;
      const unquoted = (rows: string[]): string =>
        rows.map((row) => /^\S+ {2}"(.*)"$/.exec(row)?.[1]).join('');
      expect(unquoted(await opened.lines(`dS ${structure}`))).toBe(truth.command_line);
      const rows = await opened.lines(`du ${buffer}`);
      expect(unquoted(rows)).toBe(truth.command_line);
      expect(rows[0]).toHaveLength(digits(0n, pointer).length + 4 + 32);
      expect((await opened.run(`du ${buffer}`)).data).toMatchObject({
        text: truth.command_line,
        terminated: true,
      });
    });

    it('dl walks the loader list through all modules and stops where it began', async () => {
      const [ldr, list] = pointer === 4 ? ['c', 'c'] : ['18', '10'];
      const { data } = await opened.run(`dl poi(@$peb+${ldr})+${list} 40 8`);
      const entries = data?.entries as { address: string; words: string[] }[];
      const bases = entries.slice(1).map((e) => e.words[6]);
      expect(bases).toEqual(truth.modules.map((m) => m.base));
      expect(data?.end).toBe('loop');
      const back = (await opened.run(`dlb poi(@$peb+${ldr})+${list} 40 8`)).data?.entries as {
        words: string[];
      }[];
      expect(back.slice(1).map((e) => e.words[6])).toEqual([...bases].reverse());
    });
  },
);
