import { describe, expect, it } from 'vitest';
import { eachVariables } from '../../../core/commands/each/eachVariables.ts';
import { AliasTable, expandAliases } from '../../../core/script/index.ts';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import type { LabTruth } from '../../openCorpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

describe('aliases of !for_each_*', () => {
  const none = new AliasTable();

  it('stand alone, beside other text and in braces; longer names and other text stay', () => {
    const variables = eachVariables({ Base: '0x1', BaseName: 'b' });
    expect(expandAliases('s @#Base @#BaseName ${@#Base}! @#Other #Base @#base', none, variables)).toBe(
      's 0x1 b 0x1! @#Other #Base @#base',
    );
    expect(expandAliases('u poi(@#Base)+4', none, variables)).toBe('u poi(0x1)+4');
  });

  it('never make a command of a name in the dump', () => {
    const variables = eachVariables({ ModuleName: 'a;.writemem /o "x" 0' });
    expect(expandAliases('.echo @#ModuleName', none, variables)).toBe('.echo a_.writemem /o _x_ 0');
  });
});

describe.skipIf(!hasCorpus)('!for_each_*', () => {
  const truth = hasCorpus ? sharedJson<LabTruth>('corpus/lab/x64-dll-O0/truth.json.gz') : undefined;
  const fileName = (path: string): string => path.slice(path.lastIndexOf('\\') + 1);

  it('runs commands for each module', async () => {
    const engine = await openLab('x64-dll-O0', 'full');
    const { lines, data } = await runLine(
      engine,
      '!for_each_module .echo @#ModuleIndex @#Base @#Size @#ImageName',
    );
    const wanted = truth?.modules?.map((m, i) => `${i} ${m.base} 0x${m.size.toString(16)} ${m.path}`) ?? [];
    expect([...lines].sort().map((l) => l.slice(2))).toEqual([...wanted].sort().map((l) => l.slice(2)));
    expect(data.modules).toHaveLength(wanted.length);
    const bare = await runLine(engine, '!for_each_module');
    expect(bare.lines[0]).toMatch(/^00 : [0-9a-f`]{17} [0-9a-f`]{17} RuntimeTest /);
    const both = await runLine(engine, '!for_each_module "? @#Base; .echo ${@#ModuleName}!"');
    expect(both.lines[1]).toBe('RuntimeTest!');
    const versions = await runLine(engine, '!for_each_module .echo @#ModuleName fver = @#FileVersion');
    expect(versions.lines).toContain('ntdll fver = 6.1.7601.24059');
    expect(lines.map((l) => fileName(l))).toContain('RuntimeTest.exe');
  });

  it('runs commands for each thread, and leaves the current one as it was', async () => {
    const engine = await openLab('x64-dll-O0', 'full');
    const before = engine.prompt();
    const { lines } = await runLine(engine, '!for_each_thread ".echo x; ? @$tid"');
    const ids = lines.flatMap((l) => /: (\d+) =/.exec(l)?.[1] ?? []);
    expect(ids.map(Number)).toEqual(truth?.threads.map((t) => t.tid));
    expect(engine.prompt()).toBe(before);
  });

  it('runs commands for each local of a frame', async () => {
    const engine = await openLab('x64-dll-O0', 'full', { fresh: true });
    const waiter = truth?.threads.find((t) => t.name === 'waiter');
    const { data } = await runLine(engine, `~${waiter?.index}s;kn`);
    const frames = (data as { frames: { function?: string; symbol?: string }[] }).frames;
    const index = frames.findIndex((f) => JSON.stringify(f).includes('Waiter2'));
    const { lines } = await runLine(engine, `.frame ${index.toString(16)};!for_each_local ?? @#Local`);
    const local = waiter?.locals.find((l) => l.func === 'Waiter2');
    expect(lines).toContain(`int 0n${local?.value}`);
    const names = await runLine(engine, '!for_each_local');
    expect(names.lines).toContain(local?.name);
  });

  it('runs commands for each function that matches, and for each register', async () => {
    const engine = await openLab('x64-dll-O0', 'full', { fresh: true });
    const each = await runLine(
      engine,
      '!for_each_function -m:RuntimeTest -p:*Waiter? -c:.echo @#ModName @#FunctionName;x',
    );
    expect(each.lines.filter((l) => l.startsWith('RuntimeTest '))).toEqual([
      'RuntimeTest Waiter1',
      'RuntimeTest Waiter2',
    ]);
    const { lines } = await runLine(engine, '!for_each_register -c:.echo @#RegisterName @#RegisterValue');
    const { lines: shown } = await runLine(engine, 'r rip');
    const rip = /rip=([0-9a-f]+)/.exec(shown.join())?.[1] ?? '';
    expect(lines).toContain(`rip 0x${BigInt(`0x${rip}`).toString(16)}`);
  });

  it('replaces aliases in blocks, in programs that it runs, and in loops within loops', async () => {
    const engine = await openLab('x64-dll-O0', 'full');
    const blocks = await runLine(
      engine,
      '!for_each_module ".if ($sicmp(\\"@#ModuleName\\", \\"ntdll\\") == 0) { .echo ${@#ModuleName} @#ModuleNameSize }"',
    );
    expect(blocks.lines).toEqual(['ntdll 0x6']);
    const nested = await runLine(
      engine,
      '!for_each_module !for_each_function -m:${@#ModuleName} -p:Waiter1 -c:.echo @#SymbolName of @#ModuleName',
    );
    expect(nested.lines).toContain('RuntimeTest!Waiter1 of RuntimeTest');
    const locals = await runLine(
      engine,
      '!for_each_frame "!for_each_local .printf \\"%d:@#Local \\", @$frame"',
    );
    expect(locals.errors).toEqual([]);
  });

  it.each(['!for_each_function nonsense', '!for_each_register 1'])('%s says what it wants', async (line) => {
    const { errors } = await runLine(await openLab('x64-dll-O0', 'full'), line);
    expect(errors[0]).toContain('wants');
  });
});
