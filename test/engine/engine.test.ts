import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { command, type Command } from '../../core/commands/index.ts';
import { AwaitFirst } from '../../core/errors/index.ts';
import { Engine, completions } from '../../core/engine/index.ts';
import { plain } from '../../core/output/index.ts';
import { Registry } from '../../core/engine/registry.ts';
import { endOfCommand } from '../../core/script/reach.ts';

const SAMPLE = resolve(import.meta.dirname, '../../dumps/sample.dmp');

async function openSample(): Promise<Engine> {
  return Engine.open(new BufferSource(readFileSync(SAMPLE), 'sample.dmp'));
}

async function run(engine: Engine, line: string, signal?: AbortSignal) {
  const lines: string[] = [];
  const results = await engine.execute(line, { line: (l) => lines.push(plain(l)) }, signal);
  return { lines, results };
}

function fake(name: string, options: { pattern?: RegExp; run?: () => void } = {}): Command {
  return command({
    name,
    pattern: options.pattern,
    tier: 'A',
    syntax: [name],
    summary: name,
    run: () => options.run?.(),
    print: (_, out) => out.line(name),
  });
}

describe('a line of commands', () => {
  it.each([
    ['k;q', 1],
    ['.echo "a;b";q', 11],
    ['.if (1) { k; r };q', 16],
    ['.echo a', 7],
    ['.echo "unended; q', 17],
    ['.echo a\nk', 7],
  ])('%j: the first command ends at %i', (text, end) => {
    expect(endOfCommand(text)).toBe(end);
  });

  it('is run command by command; one that fails does not stop the rest', async () => {
    const { lines, results } = await run(await openSample(), '.echo a; nonsense; .echo b; q; .echo never');
    expect(results.map((r) => [r.command, r.ok])).toEqual([
      ['.echo a', true],
      ['nonsense', false],
      ['.echo b', true],
      ['q', true],
    ]);
    expect(lines).toEqual(['a', expect.stringContaining("'nonsense'"), 'b']);
  });

  it('says why a command does not apply, and suggests the nearest for a slip', async () => {
    const engine = await openSample();
    const live = await run(engine, 'bp main');
    expect(live.results[0]?.error).toMatchObject({
      code: 'not-applicable',
      message: expect.stringContaining('live target') as string,
    });
    const kernel = await run(engine, '!process 0 0');
    expect(kernel.results[0]?.error?.message).toContain('kernel');
    const write = await run(engine, 'ed 400000 1');
    expect(write.results[0]?.error?.message).toContain('changes memory');
    const slip = await run(engine, '!pebb');
    expect(slip.results[0]?.error?.message).toContain('did you mean !peb?');
    const meant = async (line: string) => (await run(engine, line)).results[0]?.error?.message;
    expect(await meant('kk')).toContain('did you mean k?');
    expect(await meant('bt')).toContain('did you mean k?');
    expect(await meant('exit')).toContain('did you mean q?');
  });

  it('explains a command behind -?, families too', async () => {
    const engine = await openSample();
    expect((await run(engine, '!teb -?')).lines.join('\n')).toContain('!teb');
    expect((await run(engine, 'lmvm -?')).results[0]?.ok).toBe(true);
  });

  it('gives extensions one namespace', async () => {
    const { results } = await run(await openSample(), '!ntsdexts.peb;!ext.gle');
    expect(results.map((r) => r.ok)).toEqual([true, true]);
  });

  it('runs ~*e to the end of the line for every thread, and leaves the current one as it was', async () => {
    const engine = await openSample();
    const { lines } = await run(engine, '~*e ? @$tid; .echo x');
    expect(lines).toEqual([
      'Evaluate expression: 2908 = 00000b5c',
      'x',
      'Evaluate expression: 2912 = 00000b60',
      'x',
    ]);
    expect(engine.prompt()).toBe('0:000>');
    await run(engine, '~1s');
    expect(engine.prompt()).toBe('0:001>');
  });
});

describe('the engine', () => {
  it('waits for a file that a command needs, and runs the command again', async () => {
    const engine = await openSample();
    let runs = 0;
    const waiting = fake('!waits', {
      run: () => {
        if (++runs < 3) throw new AwaitFirst(Promise.resolve(), 'a file');
      },
    });
    const progress: string[] = [];
    Object.assign(engine, { registry: new Registry([waiting]) });
    const lines: string[] = [];
    await engine.execute('!waits', {
      line: (l) => lines.push(plain(l)),
      progress: (p) => progress.push(p.what),
    });
    expect([runs, lines, progress]).toEqual([3, ['!waits'], ['a file', 'a file']]);
  });

  it('stops a command that waits when the person says so', async () => {
    const engine = await openSample();
    const never = fake('!waits', {
      run: () => {
        throw new AwaitFirst(new Promise(() => undefined), 'a server');
      },
    });
    Object.assign(engine, { registry: new Registry([never]) });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 10);
    const { results } = await run(engine, '!waits; !waits', stop.signal);
    expect(results.map((r) => r.error?.code)).toEqual(['cancelled']);
  });

  it('stops a long listing between two of its parts', async () => {
    const engine = await openSample();
    const stop = new AbortController();
    let printed = 0;
    const line = (): void => {
      if (++printed === 1) stop.abort();
    };
    const [result] = await engine.execute('db 0 L?0x7fffffff', { line }, stop.signal);
    expect(result?.error?.code).toBe('cancelled');
    // two thousand million bytes are 134 million lines
    expect(printed).toBeLessThan(1_000_000);
  });

  it('completes commands at the start of a command, and modules behind it', async () => {
    const engine = await openSample();
    expect((await completions(engine, 'k; !pe')).candidates).toEqual(['!peb']);
    expect((await completions(engine, 'lm m ker')).candidates).toEqual(['kernel32']);
    await run(engine, 'k');
    expect((await completions(engine, 'u cart!Up')).candidates).toEqual(['cart!UpdateTotal']);
  });

  it('completes in blocks, in the commands of others, and knows aliases, variables and registers', async () => {
    const engine = await openSample();
    await run(engine, 'aS Handy k');
    const at = async (line: string) => (await completions(engine, line)).candidates;
    expect(await at('.if (1) { !pe')).toEqual(['!peb']);
    expect(await at('~*e !te')).toEqual(['!teb']);
    expect(await at('!for_each_module "k;!pe')).toEqual(['!peb']);
    expect(await at('.foreach (Token {lm1m}) { .echo To')).toEqual(['Token']);
    expect(await at('.foreach (Token {lm1m}) { .echo ${/d:to')).toEqual(['Token}']);
    expect(await at('.echo ${han')).toEqual(['Handy}']);
    expect(await at('.echo ${$ntw')).toEqual(['$ntwsym}']);
    expect(await at('Han')).toEqual(['Handy']);
    expect(await at('.if (@ea')).toEqual(['eax']);
    expect(await at('? @$te')).toEqual(['$teb']);
    expect(await at('dx -r')).toEqual(['-r']);
    expect(await at('!heap -st')).toEqual(['-stat']);
    expect(await at('~*e !heap -st')).toEqual(['-stat']);
    expect(await at('? 4 -t')).toEqual([]);
    expect(await at('.help !pe')).toEqual(['!peb']);
    expect(await at('.echo "!pe')).toEqual([]);
    expect(await at('* !pe')).toEqual([]);
    expect((await completions(engine, '.echo ${/f:Ha')).word).toBe('Ha');
  });

  it('shows control characters of the dump, it does not send them', async () => {
    const { lines } = await run(await openSample(), '.echo \u001b[31mred\u202e');
    expect(lines).toEqual(['\\x1b[31mred\\u202e']);
  });
});
