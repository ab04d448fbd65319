import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { nodeHost } from '../../core/node/index.ts';
import type { Method, Params, Result, TypeNodeModel } from '../../core/protocol/index.ts';
import { paneModels } from '../../core/server/paneModels.ts';
import { corpusFile, hasCorpus, shared, sharedJson } from '../corpus.ts';

const LAB = 'corpus/lab/x86-dll-O0';

async function open(path: string, symbolPath = ''): Promise<Engine> {
  return Engine.open(new BufferSource(readFileSync(path), path), nodeHost({ dump: path, symbolPath }));
}

async function run(engine: Engine, line: string): Promise<void> {
  await engine.execute(line, { line: () => undefined });
}

/** A pane's model as the server computes it. */
async function pane<M extends Method>(engine: Engine, method: M, params: Params<M>): Promise<Result<M>> {
  const model = paneModels[method];
  if (!model) throw new Error(`there is no ${method}`);
  return engine.compute((pace) => model.compute({ session: engine.session, pace }, params), {}) as Promise<
    Result<M>
  >;
}

describe.skipIf(!hasCorpus)('panes of a process whose threads are known', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open(corpusFile('lab/x86-dll-O0/privrw.dmp.gz'), shared(LAB));
  });

  it('list threads without loading a symbol', async () => {
    const threads = await pane(engine, 'threads', {});
    await pane(engine, 'threadStates', { threads: threads.map((t) => t.index) });
    const { target, symbols } = engine.session;
    // ntdll's own PDB says what Windows' structures look like
    const others = [...target.modules].filter((m) => m.name !== 'ntdll');
    expect(others.map((m) => symbols.status(m))).toEqual(others.map(() => 'deferred'));
  });

  it('say what each thread waits for or runs, as the process tells of itself', async () => {
    const truth = sharedJson<{
      threads: { name: string; tid: number; frames_innermost_first: { func: string }[] }[];
    }>(`${LAB}/truth.json.gz`);
    await run(engine, 'ld *');
    const threads = await pane(engine, 'threads', {});
    const states = await pane(engine, 'threadStates', { threads: threads.map((t) => t.index) });
    const of = (name: string) => states[threads.findIndex((t) => t.name === name)];
    expect(threads.map((t) => t.id)).toEqual(expect.arrayContaining(truth.threads.map((t) => t.tid)));
    expect(of('lockwaiter')).toMatchObject({
      kind: 'blocked',
      text: 'waits for g_cs, owned by 3 (lockholder)',
    });
    expect(of('spinner')).toMatchObject({ kind: 'runs', own: { name: 'LeafSpin', frame: 0 } });
    // the function that the process says it is in, or one that it has called
    const agree = truth.threads.filter(
      (t) => t.frames_innermost_first[0]?.func === of(t.name)?.own?.name,
    ).length;
    expect(agree).toBeGreaterThan(6);
    expect(states.find((s) => s.kind === 'suspended')?.text).toBe('suspended 1×');
  });

  it('name the frame that has locals where the one in effect has none', async () => {
    await run(engine, '~0s');
    const none = await pane(engine, 'locals', {});
    expect(none.rows).toEqual([]);
    expect(none.frameWithLocals?.text).toMatch(/^RuntimeTest!/);
    await run(engine, `.frame ${none.frameWithLocals?.frame.toString(16) ?? ''}`);
    expect((await pane(engine, 'locals', {})).rows.length).toBeGreaterThan(0);
  });

  it('open what a local points to by the name that it gives', async () => {
    const opening = (nodes: readonly TypeNodeModel[]): TypeNodeModel | undefined =>
      nodes.find((n) => n.opens?.address !== undefined);
    const stack = await pane(engine, 'stack', {});
    for (const frame of stack.frames.filter((f) => f.module === 'RuntimeTest')) {
      await run(engine, `.frame ${frame.index.toString(16)}`);
      const local = opening((await pane(engine, 'locals', {})).rows);
      if (!local?.opens) continue;
      const tree = await pane(engine, 'typeTree', local.opens);
      expect(tree.nodes.length).toBeGreaterThan(0);
      return;
    }
    expect.unreachable('no frame of this stack has a local that opens');
  });

  it('tell in which other modules there is a type of the name, and take the one that is named', async () => {
    const tree = await pane(engine, 'typeTree', { type: '_RTL_CRITICAL_SECTION' });
    expect(tree.module).toBe('ntdll');
    expect(tree.alsoIn).toContain('RuntimeTest');
    const named = await pane(engine, 'typeTree', { type: 'RuntimeTest!_RTL_CRITICAL_SECTION' });
    expect(named).toMatchObject({ module: 'RuntimeTest', alsoIn: [] });
  });

  it('say which registers of an outer frame are not those of the thread', async () => {
    await run(engine, '~0s; .frame 4');
    const outer = await pane(engine, 'registers', {});
    expect(outer.registers.filter((r) => r.changed).map((r) => r.name)).toEqual(
      expect.arrayContaining(['eip', 'esp', 'ebp']),
    );
    await run(engine, '.frame 0');
    expect((await pane(engine, 'registers', {})).registers.some((r) => r.changed)).toBe(false);
  });

  it('say why a module has no symbols and what it wants', async () => {
    const modules = await pane(engine, 'modules', {});
    const dll = modules.find((m) => m.name === 'RuntimeDll');
    expect(dll).toMatchObject({ symbols: 'pdb', private: true, missing: undefined });
    const kernel = modules.find((m) => m.name === 'kernelbase');
    expect(kernel?.symbols).toBe('none');
    expect(kernel?.missing?.why).toContain('its image is not in the dump');
    expect(kernel?.missing?.todo).toContain('kernelbase.dll');
  });

  it('give what functions were called with', async () => {
    await run(engine, '~0s');
    const { frames } = await pane(engine, 'stack', {});
    const main = frames.find((f) => f.text.startsWith('RuntimeTest!wmain+'));
    expect(main?.arguments).toMatch(/^argc = 0n\d+, argv = 0x/);
  });

  it('walk no heap to tell how many were walked', async () => {
    const { contextModel } = await import('../../core/server/panes/context.ts');
    const fresh = await open(corpusFile('lab/x86-dll-O0/privrw.dmp.gz'));
    expect(contextModel(fresh, 1).heaps).toBeUndefined();
    await run(fresh, '!heap -s');
    expect(contextModel(fresh, 1).heaps?.walked).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasCorpus)('registers', () => {
  it('are those of both sides of a WOW64 thread, as .effmach has each', async () => {
    const engine = await open(corpusFile('public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz'));
    const { others } = await pane(engine, 'registers', {});
    expect(others.map((o) => o.machine)).toEqual(['x86']);
    await run(engine, '.effmach x86');
    const x86 = await pane(engine, 'registers', {});
    expect(others[0]?.registers.find((r) => r.name === 'eip')?.value).toBe(
      x86.registers.find((r) => r.name === 'eip')?.value,
    );
  });
});

describe.skipIf(!hasCorpus)('the summary', () => {
  it('shows one round of endless recursion, how often it turned, and the way to its frames', async () => {
    const engine = await open(
      corpusFile('public/dumps/google_stack-exhaustion-crashme-f7723f_x86_win7.dmp.gz'),
    );
    const { stack, repeat, stackCommand } = await pane(engine, 'summary', {});
    expect(stackCommand).toBe('.ecxr');
    expect(repeat?.times).toBeGreaterThan(100);
    const texts = stack.map((f) => f.text);
    expect(new Set(texts.slice(0, (repeat?.first ?? 0) + (repeat?.length ?? 0))).size).toBeLessThan(4);
    // what began it stands below the round
    expect(texts.at(-1)).toMatch(/^ntdll/);
  });

  it('does not say that a process ran where the file holds no threads', async () => {
    const engine = await open(
      corpusFile('public/malformed/jloutsch_3889bd_malformed_invalid-record-count.dmp.gz'),
    );
    const { triage, next } = await pane(engine, 'summary', {});
    expect(triage.map((l) => l.text)).toEqual([
      'The dump has neither an exception nor threads: it does not say.',
    ]);
    expect(next.map((s) => s.command)).toEqual(['.dumpdebug', 'lm']);
  });
});
