import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { runLine } from '../commands/runLine.ts';

const SAMPLE = resolve(import.meta.dirname, '../../dumps/sample.dmp');

async function openSample(): Promise<Engine> {
  return Engine.open(new BufferSource(readFileSync(SAMPLE), 'sample.dmp'));
}

async function lines(line: string): Promise<readonly string[]> {
  return (await runLine(await openSample(), line)).lines;
}

describe('control flow', () => {
  it.each<[string, string[]]>([
    ['.if (1) {.echo a} .else {.echo b}', ['a']],
    ['.if (0) {.echo a} .elsif (0) {.echo b} .elsif (5) {.echo c} .else {.echo d}', ['c']],
    ['.for (r $t0=0; @$t0<3; r $t0=@$t0+1) {.if (@$t0==1) {.continue}; .echo x; r $t1=@$t0}', ['x', 'x']],
    ['.for (r $t0=0; ; r $t0=@$t0+1) {.if (@$t0==4) {.break}}; .if (@$t0==4) {.echo four}', ['four']],
    ['r $t0=3; .while (@$t0) {.echo w; r $t0=@$t0-1}', ['w', 'w', 'w']],
    ['.do {.echo once} (0)', ['once']],
    ['.foreach (m {lm1m}) {.echo <${m}> m}', ['<cart> cart', '<kernel32> kernel32', '<ntdll> ntdll']],
    ['.foreach /pS 1 /ps 1 /s (t "a b c d e") {.echo t}', ['b', 'd']],
    ['.foreach /s (o "a b") {.foreach /s (i "1 2") {.echo ${o}${i}}}', ['a1', 'a2', 'b1', 'b2']],
    ['.catch {.echo a; ? nosuch; .echo never}; .echo b', ['a', "Couldn't resolve error at 'nosuch'", 'b']],
    ['.catch {.echo a; .leave; .echo never}; .echo b', ['a', 'b']],
    ['.while (1) {.catch {.break}}; .echo out', ['out']],
    ["j (1) '.echo a; .echo b'; '.echo c'", ['a', 'b']],
    ["j (0) '.echo a'; '.echo c; .echo d", ['c', 'd']],
    ["j (1) ; '.echo c'", []],
    ['j @$tid=0 .echo a; .echo b; .echo ignored', ['b']],
    ['.echo t; r $t0=@$t0+1; z(@$t0<2); .echo e', ['t', 't', 'e']],
    ['.block {.echo a;; .echo b}', ['a', 'b']],
    ['.while (1) {q}; .echo never', []],
  ])('%j', async (line, expected) => {
    expect(await lines(line)).toEqual(expected);
  });

  it('ends a program at its first failure, and the line goes on behind it', async () => {
    const engine = await openSample();
    const { lines: printed, errors } = await runLine(
      engine,
      '.if (1) {.echo a; .bogus; .echo never}; .echo b',
    );
    expect(printed).toEqual(['a', expect.stringContaining("'.bogus'"), 'b']);
    expect(errors).toHaveLength(1);
    expect((await runLine(engine, '.break')).errors).toEqual(['.break stands outside a loop']);
  });

  it('goes on behind an extension that failed', async () => {
    expect(await lines('.block {!error; .echo on}')).toEqual([expect.any(String), 'on']);
  });

  it('tells programs what ran', async () => {
    const { data } = await runLine(await openSample(), '.foreach /s (t "1 2") {? t}');
    expect(data).toEqual({
      executed: 2,
      commands: [
        { command: '? 1', ok: true, data: { value: '0x1', signed: '1' } },
        { command: '? 2', ok: true, data: { value: '0x2', signed: '2' } },
      ],
    });
  });

  it('is stopped by the person in the middle of a loop', async () => {
    const engine = await openSample();
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 80);
    const results = await engine.execute(
      '.while (1) {r $t0=1}; .echo never',
      { line: () => undefined },
      stop.signal,
    );
    expect(results.map((r) => r.error?.code)).toEqual(['cancelled']);
  });

  it('refuses what is nested without end', async () => {
    const deep = `${'.block {'.repeat(100)}.echo never${'}'.repeat(100)}`;
    expect((await runLine(await openSample(), deep)).errors).toEqual([expect.stringContaining('nested')]);
  });

  it('joins what is printed without a newline at a prompt, and ends it elsewhere', async () => {
    const engine = await openSample();
    const printed: string[] = [];
    const line = (parts: readonly { text: string }[]): number =>
      printed.push(parts.map((p) => p.text).join(''));
    await engine.execute('.block {.printf "a"; .printf "b"}; .printf "c\\n"', { line, joins: true });
    await engine.execute('.block {.printf "a"; .printf "b"}; .printf "c\\n"', { line });
    expect(printed).toEqual(['abc', 'ab', 'c']);
  });
});
