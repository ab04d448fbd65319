import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../../core/engine/index.ts';
import { plain } from '../../../core/output/index.ts';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

const FILE = new URL('lab.natvis', import.meta.url).pathname;

interface Truth {
  readonly node_list: readonly { value: number; name: string }[];
  readonly item_list: readonly { addr: string; id: number }[];
  readonly globals: readonly { name: string; value: string }[];
  readonly threads: readonly { tid: number; locals: readonly { func: string }[] }[];
}

async function lines(engine: Engine, command: string): Promise<readonly string[]> {
  const { lines, errors } = await runLine(engine, command);
  expect(errors).toEqual([]);
  return lines.map((line) => line.trimEnd());
}

/** Names and values below the first line. */
async function below(engine: Engine, command: string): Promise<Record<string, string>> {
  const rows = (await lines(engine, command))
    .slice(1)
    .map((line) => /^ {4}(.*?) +(?:: (.*?) )?\[Type/.exec(line));
  return Object.fromEntries(rows.map((row) => [row?.[1] ?? '', row?.[2] ?? '']));
}

describe.skipIf(!hasCorpus).each(['x86-static-O0', 'x64-static-O0'])('NatVis on objects of %s', (lab) => {
  const truth: Truth | undefined = hasCorpus ? sharedJson(`corpus/lab/${lab}/truth.json.gz`) : undefined;
  const opened = async (): Promise<Engine> => {
    const engine = await openLab(lab, 'privrw', { readsFiles: true });
    await runLine(engine, `.nvload ${FILE}`);
    return engine;
  };

  it('walks a linked list', async () => {
    const nodes = truth?.node_list ?? [];
    const { value, doubled, ...elements } = await below(await opened(), 'dx *g_list_head');
    expect([value, doubled]).toEqual(['0', '0']);
    delete elements['[<Raw View>]'];
    expect(Object.values(elements)).toEqual(nodes.map((n) => String(n.value)));
    const [head = ''] = await lines(await opened(), 'dx g_list_head');
    expect(head).toMatch(/^g_list_head +: 0x[0-9a-f]+ : \{node-0 = 0\} \[Type: Node \*\]$/);
    const third = await lines(await opened(), 'dx *g_list_head->next->next');
    expect(third[0]).toContain(`{${nodes[2]?.name} = ${nodes[2]?.value}}`);
    // an intrinsic of the file, computed on another node
    expect((await below(await opened(), 'dx *g_list_head->next')).doubled).toBe(
      String(2 * (nodes[1]?.value ?? 0)),
    );
  });

  it('shows an object by its own class where a base points to it', async () => {
    const engine = await opened();
    const [head = '', corners = '', ...rest] = await lines(engine, 'dx g_shape_as_base');
    expect(head).toMatch(/: a square of 1\.5 \[Type: shapes::Square \*\]$/);
    expect([corners, rest]).toEqual([expect.stringMatching(/^ {4}corners +\[Type: .*Corner \[4\]\]$/), []]);
    expect((await lines(engine, 'dx -r0 g_shape_as_base,nd'))[0]).toMatch(
      /: a shape of 42 \[Type: shapes::Shape \*\]$/,
    );
    expect((await lines(engine, 'dx -r0 (*g_shape_as_base).corners'))[0]).toMatch(
      /\[Type: .*Corner \[4\]\]$/,
    );
  });

  it('follows a smart pointer to what it points to', async () => {
    const engine = await opened();
    const value = async (line: string) => (await runLine(engine, `dx ${line}`)).data.value;
    const circle = truth?.globals.find((g) => g.name === 'g_circle')?.value;
    expect(await value('(void *)&*g_ref')).toBe(circle);
    expect(await value('(void *)&g_ref->m_radius')).toBe(await value('(void *)&g_circle->m_radius'));
    expect(await value('g_ref.ref')).toMatch(/4711$/);
    expect((await lines(engine, 'dx -r0 g_ref'))[0]).toMatch(/: smart \[Type: RefHolder\]$/);
    expect((await runLine(engine, 'dx g_ref->nosuch')).errors[0]).toContain("'nosuch'");
  });

  it('walks a tree in order, and hides the raw view where that is asked', async () => {
    const keys = Object.values(await below(await opened(), 'dx g_tree')).map(Number);
    expect(keys.length).toBe(7);
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
    expect((await lines(await opened(), 'dx -r0 *g_tree->left->left'))[0]).toContain(': leaf 10 ');
    expect((await lines(await opened(), 'dx -r0 *g_tree'))[0]).toContain(': node 50 ');
  });

  it('shows arrays by template arguments, indexes and dimensions', async () => {
    expect(await below(await opened(), 'dx g_fixed')).toMatchObject({
      '[bytes]': '0x14',
      '[0]': '10',
      '[4]': '50',
    });
    expect(Object.keys(await below(await opened(), 'dx g_fixed,view(simple)'))).not.toContain('[bytes]');
    expect((await lines(await opened(), 'dx -r0 g_fixed'))[0]).toContain(': { 5 of 5 } ');
    expect(truth?.globals.find((g) => g.name === 'g_fixed')?.value).toBe('50');
    const vector = await below(await opened(), 'dx *g_vec');
    expect(vector).toMatchObject({ '[1]': '11', '[8]': '88' });
    expect((await lines(await opened(), 'dx -r0 *g_vec'))[0]).toContain(': { size=9 } ');
    const outer = await below(await opened(), 'dx g_outer');
    const raw = await below(await opened(), 'dx -r1 g_outer.matrix[1]');
    expect([outer['[11, 0]'], outer['[11, 1]'], outer['[11, 2]']]).toEqual(Object.values(raw));
    expect(outer).toMatchObject({ 'even 0': '0', 'odd 1': '-1', 'even 2': '2000' });
  });

  it('expands, makes up and leaves out', async () => {
    const [item] = truth?.item_list ?? [];
    const shown = await lines(await opened(), `dx -r2 *(ListItem*)${item?.addr}`);
    expect(shown[0]).toContain(`item ${item?.id} `);
    expect(shown.join('\n')).toMatch(/\[what\] +: made up\n {8}\[id\] +: 900 /);
    expect(shown.join('\n')).not.toContain('[none]');
    expect(shown.some((line) => /\[\+0x000\] Flink/.test(line))).toBe(true);
  });

  it('shows derived classes by their base, the best file entry first, and says what went wrong', async () => {
    const engine = await opened();
    expect((await lines(engine, 'dx -r0 *g_circle'))[0]).toContain(': a shape of 42 ');
    const packed = await lines(engine, 'dx -r0 g_packed');
    expect(packed[0]).toContain(": packed 80 'P' ");
    expect((await lines(engine, '.nvlist')).join('\n')).toMatch(
      /lab\.natvis\(\d+\): Packed: \{missing\}: Couldn't resolve error at 'missing'/,
    );
  });

  it('counts in queries, in dv, dt -natvis and x, and not where the raw form is asked', async () => {
    const engine = await opened();
    expect((await runLine(engine, 'dx (*g_list_head).Sum()')).data.value).toBe(
      String(truth?.node_list.reduce((sum, n) => sum + n.value, 0)),
    );
    expect((await runLine(engine, 'dx *g_list_head == "node-0"')).data.value).toBe('true');
    expect((await lines(engine, 'dx -n g_fixed'))[1]).toContain('[+0x000] items');
    expect((await lines(engine, 'dx g_fixed,!'))[1]).toContain('[+0x000] items');
    expect((await lines(engine, 'dt -natvis g_fixed')).slice(2)).toEqual(
      (await lines(engine, 'dx g_fixed')).slice(2),
    );
    expect((await lines(engine, 'dt g_fixed'))[0]).toContain('items');
    const thread = truth?.threads.find((t) => t.locals.some((l) => l.func === 'Recurse'));
    await runLine(engine, `~~[${(thread?.tid ?? 0).toString(16)}]s`);
    const frames = (await runLine(engine, 'k')).data.frames as { function?: string }[];
    const frame = frames.findIndex((f) => f.function === 'Recurse');
    const raw = Object.values(await below(engine, `dx -n @$curstack.Frames[0n${frame}].LocalVariables.pt`));
    expect(raw.length).toBe(2);
    expect((await lines(engine, `.frame 0n${frame}; dv pt`)).at(-1)?.trim()).toBe(`pt = (${raw.join(', ')})`);
    expect((await lines(engine, 'x RuntimeTest!g_fixed'))[0]).toMatch(/g_fixed = \{ 5 of 5 \}$/);
  });

  it('is over when the file is unloaded', async () => {
    const engine = await opened();
    expect(await lines(engine, '.nvunload lab.natvis')).toEqual([
      `Successfully unloaded visualizers in "${FILE}"`,
    ]);
    expect((await lines(engine, 'dx g_fixed'))[1]).toContain('[+0x000] items');
    expect((await runLine(engine, '.nvunload lab.natvis')).errors[0]).toContain('lab.natvis');
  });
});

describe.skipIf(!hasCorpus)('a custom list', () => {
  const list = (body: string, first = '0'): string =>
    `<AutoVisualizer><Type Name="Node"><Expand HideRawView="true"><CustomListItems>
      <Variable Name="i" InitialValue="${first}" /><Loop>${body}</Loop></CustomListItems></Expand></Type></AutoVisualizer>`;

  async function shown(text: string, signal?: AbortSignal): Promise<readonly (string | undefined)[]> {
    const engine = await openLab('x64-static-O0', 'privrw', { readsFiles: true });
    Object.assign(engine.session.files ?? {}, { read: () => Promise.resolve(text) });
    // what is slow the first time is over before the list begins
    await runLine(engine, '.nvunloadall; .nvload f.natvis; dx -r0 *g_list_head');
    const seen: string[] = [];
    const results = await engine.execute('dx *g_list_head', { line: (l) => seen.push(plain(l)) }, signal);
    return [results[0]?.error?.code, ...seen.map((line) => line.trim())];
  }

  it('that gives nothing can be stopped', async () => {
    const { session } = await openLab('x64-static-O0', 'privrw', { readsFiles: true });
    const stop = new AbortController();
    const { evaluator } = session;
    const cpp = evaluator.cpp.bind(evaluator);
    let evaluated = 0;
    const spy = vi.spyOn(evaluator, 'cpp').mockImplementation((text, changes) => {
      if (++evaluated === 1000) stop.abort();
      return cpp(text, changes);
    });
    expect((await shown(list('<Exec>i++</Exec>'), stop.signal))[0]).toBe('cancelled');
    spy.mockRestore();
    // a list that nobody stops evaluates more than fifty thousand expressions
    expect(evaluated).toBeGreaterThanOrEqual(1000);
    expect(evaluated).toBeLessThan(50_000);
  });

  it('that gives nothing for long gives its items at last', async () => {
    const late = list('<Exec>i++</Exec><Item Condition="i == 300">i</Item><Break Condition="i == 400" />');
    expect((await shown(late)).slice(2)).toEqual([expect.stringMatching(/^\[0\] +: 300 /)]);
  });

  it('may count in fractions', async () => {
    const quarters = list('<Break Condition="i &gt; 0.5" /><Item>i</Item><Exec>i = i + 0.25</Exec>', '0.0');
    expect((await shown(quarters)).slice(2).map((line) => line?.replace(/^\S+ +: /, ''))).toEqual([
      '0 [Type: double]',
      '0.25 [Type: double]',
      '0.5 [Type: double]',
    ]);
  });
});

describe.skipIf(!hasCorpus)('NatVis files in symbols', () => {
  it('show the types of their module, without being asked for', async () => {
    const engine = await openLab('x64-static-O0', 'privrw', { fresh: true, readsFiles: true });
    const { symbols, target } = engine.session;
    const module = target.modules.byName('RuntimeTest');
    const own = module && symbols.of(module);
    if (!own) throw new Error('the lab program has symbols');
    const text = readFileSync(FILE, 'utf8');
    Object.assign(own, { injectedSources: () => [{ name: 'c:\\src\\lab.natvis', text }] });
    expect((await lines(engine, 'dx -r0 g_fixed'))[0]).toContain(': { 5 of 5 } ');
    expect((await lines(engine, '.nvlist'))[1]?.trim()).toBe('RuntimeTest: c:\\src\\lab.natvis');
    await runLine(engine, '.nvunload RuntimeTest');
    expect((await lines(engine, 'dx -r0 g_fixed'))[0]).not.toContain(': { 5 of 5 } ');
    await runLine(engine, '.nvload RuntimeTest');
    expect((await lines(engine, 'dx -r0 g_fixed'))[0]).toContain(': { 5 of 5 } ');
    expect((await runLine(engine, '.nvload ntdll')).errors).toEqual([
      'The symbols of ntdll have no NatVis files',
    ]);
  });
});
