import { describe, expect, it } from 'vitest';
import { openLab } from '../commands/openLab.ts';
import { runLine } from '../commands/runLine.ts';
import { hasCorpus, sharedJson } from '../corpus.ts';
import { PUBLISHED_SCRIPTS, type ScriptTruth } from './publishedScripts.ts';

const CRASHES: readonly (readonly [
  dump: string,
  what: string,
  script: string,
  expected: readonly string[],
])[] = [
  [
    'x86-crash-raise-e0001234/privrw',
    'the code of the exception',
    '.printf "%x %d\\n", @$exr_code, @$exr_numparams',
    ['e0001234 3'],
  ],
  [
    'x86-crash-raise-e0001234/privrw',
    'its parameters',
    '.printf "%x %x %x\\n", @$exr_param0, @$exr_param1, @$exr_param2',
    ['11 22 33'],
  ],
  [
    'x64-crash-av-read-0x24/privrw',
    'what could not be read',
    '.if (@$exr_code == c0000005) {.printf "%x %x\\n", @$exr_param0, @$exr_param1}',
    ['0 24'],
  ],
  [
    'x64-crash-av-read-0x24/privrw',
    'where it was',
    '.catch {.ecxr}; .printf "%I64x %I64x\\n", @rip, @rsp',
    ['1800010b8 11f8a0'],
  ],
  ['arm64-crash-av-write-null/s01', 'the same on ARM64', '.printf "%x\\n", @$exr_code', ['c0000005']],
  [
    'x86-crash-raise-e0001234/privrw',
    'the event, by a query',
    'dx Debugger.LastEvent.Code',
    ['Debugger.LastEvent.Code : 0xe0001234'],
  ],
];

const cases = PUBLISHED_SCRIPTS.flatMap((script) => script.on.map((dump) => ({ ...script, dump })));

describe.skipIf(!hasCorpus)('scripts of the kinds that people publish', () => {
  it.each(cases)('$what, on $dump', async ({ dump, script, expected, among }) => {
    const [lab = '', kind] = dump.split('/');
    const truth: ScriptTruth = sharedJson(`corpus/lab/${lab}/truth.json.gz`);
    const printed = (await runLine(await openLab(lab, kind), script)).lines.map((line) => line.trimEnd());
    const wanted = expected(truth);
    if (!among) expect(printed).toEqual(wanted);
    else
      for (const line of wanted)
        expect(printed.some((l) => l === line || l.endsWith(` : ${line}`))).toBe(true);
  });

  // exception.json.gz of each case
  it.each(CRASHES)('%s: %s', async (dump, _, script, expected) => {
    const [lab = '', kind] = dump.split('/');
    const { lines } = await runLine(await openLab(lab, kind), script);
    expect(lines.slice(-expected.length).map((line) => line.trimEnd())).toEqual(expected);
  });
});
