import { describe, expect, it } from 'vitest';
import { CommandHistory, type HistoryStore } from '../../renderer/client/commandHistory.ts';
import { ConsoleLog } from '../../renderer/client/consoleLog.ts';
import { announcement } from '../../renderer/console/announcement.ts';
import { pastedLines } from '../../renderer/console/pastedLines.ts';

class Kept implements HistoryStore {
  text: string | null = null;
  getItem(): string | null {
    return this.text;
  }
  setItem(_: string, value: string): void {
    this.text = value;
  }
}

describe('the history of commands', () => {
  it('is kept from one start to the next, but Enter repeats only what this one has run', () => {
    const store = new Kept();
    const first = new CommandHistory(store);
    for (const line of ['k', 'k', '!peb']) first.add(line);
    expect([first.lines, first.last]).toEqual([['k', '!peb'], '!peb']);
    const next = new CommandHistory(store);
    expect([next.lines, next.last]).toEqual([['k', '!peb'], undefined]);
  });

  it('loses nothing when two dumps add to it by turns', () => {
    const store = new Kept();
    const [a, b] = [new CommandHistory(store), new CommandHistory(store)];
    a.add('k');
    b.add('!heap -s');
    a.add('lm');
    expect(new CommandHistory(store).lines).toEqual(['k', '!heap -s', 'lm']);
    expect(a.lines).toEqual(['k', 'lm']);
  });

  it('keeps the last five hundred, and none that is a pasted book', () => {
    const store = new Kept();
    const history = new CommandHistory(store);
    for (let i = 0; i < 600; i++) history.add(`? ${i}`);
    history.add(`.echo ${'x'.repeat(20_000)}`);
    const { lines } = new CommandHistory(store);
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([500, '? 100', '? 599']);
  });

  it.each(['{', '5', 'null', '[1,{}]'])('begins anew where what was kept is damaged: %s', (text) => {
    const store = new Kept();
    store.text = text;
    expect(new CommandHistory(store).lines).toEqual([]);
  });
});

describe('a paste of several lines', () => {
  it.each([
    ['', 'k\n!peb\n', '', ['k', '!peb'], ''],
    ['', 'k\r\n!peb', '', ['k'], '!peb'],
    ['dt ', '_PEB\nlm', ' m nt*', ['dt _PEB'], 'lm m nt*'],
    ['', '\n\nk\n\n', '', ['k'], ''],
    // a program is one command, until its blocks are closed
    [
      '',
      '.for (r $t0=0; @$t0<2; r $t0=@$t0+1)\n{\n  .echo a\n}\nk\n',
      '',
      ['.for (r $t0=0; @$t0<2; r $t0=@$t0+1) { .echo a }', 'k'],
      '',
    ],
    ['', '.if (1) {\n .echo a\n}\n.else {\n .echo b\n}\n', '', ['.if (1) { .echo a } .else { .echo b }'], ''],
    ['', '.if (1) {\n .echo a\n', '', [], '.if (1) { .echo a'],
    ['', '.echo "{"\nk\n', '', ['.echo "{"', 'k'], ''],
  ])('%j + %j + %j runs %j and leaves %j', (before, text, after, run, rest) => {
    expect(pastedLines(before, text, after)).toEqual({ run, rest });
  });
});

describe('what screen readers are told', () => {
  const lines = (count: number): { line: { text: string }[] }[] =>
    Array.from({ length: count }, (_, i) => ({ line: [{ text: `line ${i}` }] }));

  it('is a short answer as it is, without the command itself', () => {
    expect(announcement([{ prompt: '0:000>', line: [{ text: 'k' }] }, ...lines(2)])).toBe('line 0\nline 1');
  });

  it('is of a long one how long it is, and its last line', () => {
    expect(announcement(lines(1000))).toBe('1\u2009000 lines of output. The last one: line 999');
    expect(announcement([{ line: [{ text: 'x'.repeat(5000) }] }]).length).toBeLessThan(400);
  });
});

describe('lines that are found', () => {
  it('are counted in all of the log, packed and not, and before a line', () => {
    const log = new ConsoleLog();
    log.add(Array.from({ length: 1500 }, (_, i) => ({ line: [{ text: i % 100 === 7 ? 'Heap' : 'x' }] })));
    log.add([{ prompt: '0:000>', line: [{ text: '!heap' }] }]);
    expect(log.countFound('heap', 0)).toEqual({ lines: 16, before: 0 });
    expect(log.countFound('HEAP', 1407)).toEqual({ lines: 16, before: 14 });
    expect(log.countFound('0:000> !heap', 1501)).toEqual({ lines: 1, before: 1 });
    expect(log.countFound('nothing', 9)).toEqual({ lines: 0, before: 0 });
  });
});
