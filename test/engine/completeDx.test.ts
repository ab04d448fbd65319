import { describe, expect, it } from 'vitest';
import { completions } from '../../core/engine/index.ts';
import { typedMember } from '../../core/commands/dx/typedMember.ts';
import { hasCorpus, sharedJson } from '../corpus.ts';
import { openLab } from '../commands/openLab.ts';
import { runLine } from '../commands/runLine.ts';

describe('the end of an expression that is being typed', () => {
  it.each([
    ['@$curprocess.', '@$curprocess', ''],
    ['@$curprocess.Thr', '@$curprocess', 'Thr'],
    ['1 + p->ne', 'p', 'ne'],
    ['RuntimeTest!g_outer.first.', 'RuntimeTest!g_outer.first', ''],
    ['a[f(1, ")")].x.y', 'a[f(1, ")")].x', 'y'],
    ['(a.b', 'a', 'b'],
    ['((T*)p)->q', '((T*)p)', 'q'],
    ['"text".Len', '"text"', 'Len'],
    ['list.Where(x => x.', '(list).First()', ''],
    ['list.Where(x => x.a.b == 1 && x.c', '(list).First()', 'c'],
    ['list.Select(x => x.all.Where(y => y.n', '((list).First().all).First()', 'n'],
    ['list.Select(x => new { A = x.n', '(list).First()', 'n'],
    ['list.Aggregate((a, b) => a + b.n', '(list).First()', 'n'],
    ['list.Where(x => x.a).Select(x => x.', '(list.Where(x => x.a)).First()', ''],
    // y is no parameter of the lambda around it
    ['list.Where(x => y.n', 'y', 'n'],
  ])('%s', (text, receiver, word) => {
    expect(typedMember(text)).toEqual({ receiver, word });
  });

  it.each(['', 'Debug', 'a + b', 'a.b "in a text.', 'a.b)', '.', ').x', '1.5', 'a.b, x'])(
    'is no member: %s',
    (text) => expect(typedMember(text)).toBeUndefined(),
  );
});

interface Truth {
  readonly types: readonly { name: string; fields: readonly { name: string }[] }[];
}

describe.skipIf(!hasCorpus)('members in dx', async () => {
  const engine = hasCorpus ? await openLab('x64-dll-O0', 'privrw') : undefined;
  const at = async (line: string): Promise<readonly string[]> =>
    engine ? (await completions(engine, line)).candidates : [];

  it('are those of what stands before the dot, in lambdas too', async () => {
    expect(await at('dx @$curproc')).toEqual(['$curprocess']);
    expect(await at('dx @$curprocess.Thr')).toEqual(['Threads']);
    expect(await at('dx -r2 @$curthread.Stack.Fr')).toEqual(['Frames']);
    expect(await at('dx @$curprocess.Threads.Wh')).toEqual(['Where(']);
    expect(await at('dx @$curprocess.Threads.Where(t => t.Stack.Frames.Cou')).toEqual(['Count(']);
    expect(await at('dx @$curprocess.Threads.Select(t => new { Id = t.I')).toEqual(['Id', 'Index']);
    expect(await at('dx @$curprocess.Modules.First().Name.ToL')).toEqual(['ToLower(']);
    expect(await at('.if (1) { dx Debugger.Sess')).toEqual(['Sessions']);
    expect(await at('dx Debu')).toEqual(['Debugger']);
  });

  it('are those of the type, as the process itself says them', async () => {
    if (!engine) return;
    await runLine(engine, 'dx RuntimeTest!g_outer');
    const { types } = sharedJson<Truth>('corpus/lab/x64-dll-O0/truth.json.gz');
    const outer = types.find((t) => t.name === 'Outer')?.fields.map((f) => f.name) ?? [];
    const offered = await at('dx RuntimeTest!g_outer.');
    expect(outer.length).toBeGreaterThan(5);
    expect(outer.filter((name) => !offered.includes(name))).toEqual([]);
  });

  it('of modules whose symbols lie on this machine are there before any command used them', async () => {
    const fresh = await openLab('x64-dll-O0', 'full', { fresh: true });
    const named = async (line: string) => (await completions(fresh, line)).candidates;
    expect(await named('x RuntimeTest!g_list_h')).toEqual(['RuntimeTest!g_list_head']);
    expect(await named('dt RuntimeTest!TreeN')).toEqual(['RuntimeTest!TreeNode']);
    expect(await named('dt _PEB_LDR')).toEqual(['_PEB_LDR_DATA']);
    expect(await named('dt ntdll!_PEB_LDR')).toEqual(['ntdll!_PEB_LDR_DATA']);
    expect(await named('r ri')).toEqual(['rip']);
  });

  it('change nothing and run nothing for a key press', async () => {
    if (!engine) return;
    await runLine(engine, 'dx @$kept = 1');
    for (const line of [
      'dx (@$kept = 2).',
      'dx @$vars.Remove("kept").',
      'dx Debugger.Utility.Control.ExecuteCommand("~3s").',
      'dx @$curprocess.Threads.Last().SwitchTo().',
    ])
      expect(await at(line), line).toEqual([]);
    expect((await runLine(engine, 'dx @$kept')).lines.join()).toContain(': 1');
    expect(engine.prompt()).toBe('0:000>');
  });

  it('are none where there is nothing before the dot', async () => {
    for (const line of ['dx nothing.', 'dx @$curprocess.Nothing.', 'dx 1 +.', 'dx "a.'])
      expect(await at(line), line).toEqual([]);
  });
});
