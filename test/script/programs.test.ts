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
    const printed: string[] = [];
    const line = (parts: readonly { text: string }[]): void => {
      printed.push(parts.map((p) => p.text).join(''));
      if (printed.length === 3) stop.abort();
    };
    const results = await engine.execute('.while (1) {.echo turn}; .echo never', { line }, stop.signal);
    expect(results.map((r) => r.error?.code)).toEqual(['cancelled']);
    expect(printed).not.toContain('never');
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

describe('pseudo-registers and fixed-name aliases', () => {
  it('r? gives a type, r takes it away', async () => {
    const engine = await openSample();
    const { data } = await runLine(engine, 'r? $t4=*(_PEB*)@$peb; ?? sizeof(@$t4)');
    expect(data).toMatchObject({ value: 0x248 });
    expect(
      (await runLine(engine, 'r? $t1 = @$peb->Ldr; .if (@@c++(@$t1->Length) == 0x30) {.echo typed}')).lines,
    ).toEqual(['typed']);
    expect((await runLine(engine, 'r $t1 = 5; ?? @$t1')).lines).toEqual(['unsigned int64 5']);
  });

  it('r sets several at once, with or without a blank behind it', async () => {
    const engine = await openSample();
    expect((await runLine(engine, 'r $t1=1, $t2=@$t1+1; r$t3=7; r $t2; r $t3')).lines).toEqual([
      '$t2=00000002',
      '$t3=00000007',
    ]);
    expect((await runLine(engine, 'reip')).lines).toEqual((await runLine(engine, 'r eip')).lines);
  });

  it('r $.u0 takes the rest of the line', async () => {
    const engine = await openSample();
    await runLine(engine, 'r $.u0=.echo a; .echo b');
    expect((await runLine(engine, '$u0')).lines).toEqual(['a', 'b']);
    await runLine(engine, 'r $.u2=2');
    await runLine(engine, 'r $.u1=1+$u2');
    await runLine(engine, 'r $.u2=6');
    expect((await runLine(engine, '? $u1')).lines).toEqual(['Evaluate expression: 3 = 00000003']);
  });
});

describe('script files', () => {
  const files = {
    read: (path: string) =>
      path === 'args'
        ? Promise.resolve('.echo The first argument is ${$arg1}.\n.echo The fifth argument is ${$arg5}.')
        : Promise.resolve('.echo one\n.if (1)\n{\n  .echo two; .bogus\n}\n.echo three'),
    environment: (name: string) => (name === 'HOME' ? '/home' : undefined),
  };

  it('take arguments, and keep what none was given for', async () => {
    const engine = await Engine.open(new BufferSource(readFileSync(SAMPLE), 'sample.dmp'), { files });
    expect((await runLine(engine, '$$>a< args "First one" Two; .echo on')).lines).toEqual([
      'The first argument is First one.',
      'The fifth argument is ${$arg5}.',
      'on',
    ]);
  });

  it('are one program, or lines of their own', async () => {
    const engine = await Engine.open(new BufferSource(readFileSync(SAMPLE), 'sample.dmp'), { files });
    const program = await runLine(engine, '$$><script');
    expect(program.lines.slice(0, 2)).toEqual(['one', 'two']);
    expect(program.lines).not.toContain('three');
    expect(program.errors).toHaveLength(1);
    const lines = (await runLine(engine, '$$<script')).lines;
    expect(lines).toContain('0:000> .echo three');
    expect(lines).toContain('three');
    expect((await runLine(engine, 'as /e Home HOME; .block {.echo Home}')).lines).toEqual(['/home']);
  });

  it('are refused by a host without files', async () => {
    expect((await runLine(await openSample(), '$$><x.txt')).errors).toEqual([
      expect.stringContaining('no files'),
    ]);
  });
});

describe('.printf', () => {
  it.each([
    ['"%d %u %x %X\\n", -1, -1, 0xab, 0xab', '-1 4294967295 ab AB'],
    [
      '"%I64d %I64x %08x|%-6d|%6d|%+d\\n", -1, -1, 0n300, 42, 42, 5',
      '-1 ffffffffffffffff 0000012c|66    |    66|+5',
    ],
    ['"%#x %#o %.4d %c%c\\n", 1f, 8, 7, 41, 42', '0x1f 010 0007 AB'],
    ['"%f %g %.2e\\n", 0x3fc00000, 0x3fc00000, 0x3fc00000', '1.500000 1.5 1.50e+00'],
    ['"%lf %lg\\n", 0x3ff8000000000000, 0x4059000000000000', '1.500000 100'],
    ['"%p %N\\n", 1234, 1234', '00001234 0000000000001234'],
    ['"%I|%12I|%Id\\n", 5, 5ffffffff, 7', '00000005|00000005`ffffffff|7'],
    ['"100%% \\"quoted\\" \\x41\\102\\ttab\\n"', '100% "quoted" AB\ttab'],
    ['"%y|%y\\n", @$ip, 1', 'cart!UpdateTotal+0x9 (004010c9)|00000001'],
    ['"%ma\\n", 1', '???'],
    ['/D "<link cmd=\\"k\\">here</link> <b>b</b> &lt;\\n"', 'here b <'],
  ])('%s', async (args, expected) => {
    expect(await lines(`.printf ${args}`)).toEqual([expected]);
  });

  it('reads texts of the process', async () => {
    expect(
      await lines(
        'r? $t0 = (_LDR_DATA_TABLE_ENTRY*)@$peb->Ldr->InLoadOrderModuleList.Flink; .printf "%msu|%mu\\n", @@(&@$t0->BaseDllName), @@(@$t0->BaseDllName.Buffer)',
      ),
    ).toEqual(['cart.exe|cart.exe']);
  });

  it('says what is wrong', async () => {
    for (const line of [
      '.printf x',
      '.printf "%d"',
      '.printf "%s", 1',
      '.printf "%99999d", 1',
      '.printf "a" b',
    ])
      expect((await runLine(await openSample(), line)).errors, line).toHaveLength(1);
  });
});
