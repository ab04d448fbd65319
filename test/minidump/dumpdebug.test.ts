import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { dumpdebug } from '../../core/commands/dumpdebug.ts';
import type { Call } from '../../core/commands/index.ts';
import { Minidump, writeMinidump } from '../../core/minidump/index.ts';
import { Output, plain } from '../../core/output/index.ts';
import { hasCorpus, shared } from '../corpus.ts';
import { SAMPLE } from './sampleDump.ts';

/** The dump of the manual's example: two threads, three modules, full memory, x86. */
const TIME_TEST = writeMinidump({
  flags: 0x1826n,
  implementationVersion: 0x6903,
  unusedEntries: 3,
  systemInfo: {
    processorArchitecture: 9,
    processorLevel: 6,
    processorRevision: 0x2501,
    numberOfProcessors: 2,
    productType: 3,
    majorVersion: 6,
    minorVersion: 1,
    buildNumber: 7601,
    csdVersion: 'Service Pack 1',
    suiteMask: 0x190,
  },
  threads: [
    { id: 0x1738, teb: 0x7ffdf000n },
    { id: 0x1340, teb: 0x7ffde000n },
  ],
  threadInfos: [{ id: 0x1738 }, { id: 0x1340 }],
  modules: [
    { base: 0x400000n, size: 0x38000, name: 'C:\\CODE\\TimeTest\\Debug\\TimeTest.exe' },
    { base: 0x779c0000n, size: 0x11e000, name: 'C:\\Windows\\System32\\ntdll.dll' },
    { base: 0x76830000n, size: 0xd8000, name: 'C:\\Windows\\System32\\kernel32.dll' },
  ],
  handles: [],
  memoryForm: 'list64',
  memory: [
    { start: 0x10000n, size: 0x10000 },
    { start: 0x20000n, size: 0x5000 },
  ],
});

async function run(bytes: Uint8Array, pointerSize: 4 | 8 = 4): Promise<{ lines: string[]; data: unknown }> {
  const dump = Minidump.open(new BufferSource(bytes, 'test'));
  const target = { dump, system: { machine: { pointerSize } } };
  const { data, print } = await dumpdebug.execute({ session: { target } } as Call);
  const lines: string[] = [];
  await print(new Output((line) => lines.push(plain(line))));
  return { lines, data };
}

/** A line with its offsets and sizes struck out: they follow from how the file was laid out. */
function shape(line: string): string {
  return line
    .replace(/(size|RVA) [0-9A-F]{8}\b/g, '$1 ########')
    .replace(/RVA 0x[0-9A-Fa-f]+ BaseRva/, 'RVA 0x# BaseRva')
    .replace(/^( +\d+) [0-9a-f]{8} /, '$1 ######## ')
    .replace(/^Stream \d+:/, 'Stream #:')
    .replace(/^ {2}\d+ memory ranges/, '  # memory ranges')
    .replace(/CSDVersionRva( +)[0-9A-F]{8}/, 'CSDVersionRva$1########')
    .trimEnd();
}

describe.skipIf(!hasCorpus)('.dumpdebug', () => {
  /** What the debugger itself printed, from the collected samples. */
  const samples = hasCorpus ? readFileSync(shared('windbg/samples.md'), 'utf8').split('\n') : [];
  const between = (from: string, to: string): string[] => {
    const start = samples.findIndex((line) => line.startsWith(from));
    const end = samples.findIndex((line, i) => i > start && line.startsWith(to));
    return samples.slice(start, end);
  };

  it('prints header, threads, modules and memory as the debugger does', async () => {
    const { lines } = await run(TIME_TEST);
    const wanted = between('----- User Mini Dump Analysis', '       2 00017019').filter(
      (l) => !l.startsWith('NumberOf'),
    );
    expect(wanted.length).toBeGreaterThan(25);
    const ours = new Set(lines.map(shape));
    for (const line of wanted) expect(ours).toContain(shape(line));
    expect(lines.slice(0, 6)).toEqual([
      '----- User Mini Dump Analysis',
      '',
      'MINIDUMP_HEADER:',
      'Version         A793 (6903)',
      'NumberOfStreams 9',
      'Flags           1826',
    ]);
  });

  it('prints the system stream as the debugger does', async () => {
    const { lines } = await run(TIME_TEST, 8);
    const wanted = between('Stream 7: type SystemInfoStream', '                            Buffer');
    expect(wanted.length).toBeGreaterThan(9);
    const at = lines.findIndex((line) => line.includes('SystemInfoStream'));
    expect(lines.slice(at, at + wanted.length).map(shape)).toEqual(wanted.map(shape));
    // the tail that the sample leaves out, from the page it was taken from
    expect(lines.slice(at + wanted.length, at + wanted.length + 2)).toEqual([
      "                            Buffer: {'Service Pack 1'}",
      '  Product: Server, suite: TerminalServer DataCenter SingleUserTS',
    ]);
    expect(lines).toContain('  0 descriptors, header size is 16, descriptor size is 32');
  });
});

describe('.dumpdebug', () => {
  it('gives the streams as data, and says what is wrong with the file', async () => {
    const cut = writeMinidump(SAMPLE).slice(0, -16);
    const { lines, data } = await run(cut, 8);
    expect(data).toMatchObject({
      version: '0xa793',
      flags: '0x1826',
      flagNames: [
        'MiniDumpWithFullMemory',
        'MiniDumpWithHandleData',
        'MiniDumpWithUnloadedModules',
        'MiniDumpWithFullMemoryInfo',
        'MiniDumpWithThreadInfo',
      ],
    });
    expect(JSON.stringify(data)).toContain('"name":"ThreadNamesStream","size":28');
    expect(lines.at(-2)).toBe('Problems found in the file:');
    expect(lines.at(-1)).toMatch(
      /^ {2}offset [0-9A-F]{8}: 1 of 3 memory ranges are not whole: 16 bytes are missing/,
    );
  });

  it('shows a name that tries to control the terminal as text', async () => {
    const { lines } = await run(
      writeMinidump({ modules: [{ base: 1n, size: 1, name: 'x\u001b]0;y\u0007' }] }),
    );
    expect(lines.join('\n')).toContain('x\\x1b]0;y\\x07');
  });
});
