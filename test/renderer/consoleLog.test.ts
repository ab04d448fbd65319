import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packLines, unpackLines, type LogLine } from '../../core/protocol/index.ts';
import { ConsoleLog, logText } from '../../renderer/client/consoleLog.ts';

const kinds = [
  'address',
  'symbol',
  'module',
  'type',
  'file',
  'heading',
  'error',
  'warning',
  'missing',
] as const;
// lines of the log have no line ends: the engine makes them visible
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((t) => t.replace(/[\n\r]/g, ''));
const span = fc.record({
  text,
  kind: fc.option(fc.constantFrom(...kinds), { nil: undefined }),
  command: fc.option(fc.string(), { nil: undefined }),
});
const line: fc.Arbitrary<LogLine> = fc.oneof(
  fc.record({ line: fc.array(span, { maxLength: 6 }) }),
  fc.record({ line: fc.array(span, { maxLength: 3 }), prompt: text }),
);

describe('the log of a console', () => {
  it('packs lines without losing anything of them', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        expect(unpackLines(packLines(lines))).toEqual(lines);
      }),
    );
  });

  it('reads the text of lines whose marks are no marks', () => {
    const marks = fc.oneof(
      fc.json(),
      fc.string(),
      fc.array(fc.anything()).map((a) => JSON.stringify(a) ?? ''),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), marks, (rows, bad) => {
        fc.pre(bad !== '[]');
        const unpacked = unpackLines({ count: rows.length, text: rows.join('\n'), marks: bad });
        expect(unpacked).toHaveLength(rows.length);
        unpacked.forEach((l, i) => expect(rows[i]).toContain(logText({ line: l.line })));
      }),
    );
  });

  const log = new ConsoleLog();
  const lines = Array.from({ length: 5000 }, (_, i): LogLine => {
    const spans = [
      { text: `line ${i} of ` },
      { text: i % 1000 === 7 ? 'Heap' : 'stack', kind: 'symbol' as const },
    ];
    return i % 500 === 0 ? { line: [{ text: `!cmd ${i}` }], prompt: '0:000>' } : { line: spans };
  });
  log.add(lines.slice(0, 10));
  // as the engine sends them: large messages while much is printed, and small ones
  for (const [start, end] of [
    [10, 600],
    [600, 603],
    [603, 1403],
    [1403, 1404],
  ] as const)
    log.addPacked(packLines(lines.slice(start, end)));
  log.add(lines.slice(1404));

  it('gives each line back, wherever it is', () => {
    expect(log.length).toBe(5000);
    for (let i = 0; i < lines.length; i++) expect(log.at(i)).toEqual(lines[i]);
    expect(log.at(5000)).toBeUndefined();
    expect(log.slice(500, 530)).toEqual(lines.slice(500, 530));
  });

  it('finds text of any case in both directions, prompts too', () => {
    expect(log.find('heap', 0, 1)).toBe(7);
    expect(log.find('heap', 8, 1)).toBe(1007);
    expect(log.find('HEAP', 4999, -1)).toBe(4007);
    expect(log.find('heap', 6, -1)).toBeUndefined();
    expect(log.find('heap', 4008, 1)).toBeUndefined();
    expect(log.find('> !cmd 3500', 0, 1)).toBe(3500);
    expect(log.find('nowhere', 0, 1)).toBeUndefined();
  });

  it('gives all of its text, with prompts or without', () => {
    expect(log.text({ prompts: true })).toBe(`${lines.map(logText).join('\n')}\n`);
    expect(log.text({ prompts: false }).split('\n')).toHaveLength(4991);
    log.clear();
    expect([log.length, log.find('heap', 0, 1)]).toEqual([0, undefined]);
  });
});
