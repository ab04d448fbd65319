import { describe, expect, it } from 'vitest';
import type { DxData } from '../../../core/commands/valueTree/index.ts';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

/** What all lab processes say of themselves; those of ARM64 spell sizes in hexadecimal and name modules by file. */
interface Truth {
  readonly pid: number;
  readonly peb: string;
  readonly modules: readonly { base: string; size: number | string; path?: string; name?: string }[];
  readonly threads: readonly { tid: number; name: string; teb: string; start: string }[];
}

async function dx(lab: string, kind: string, line: string): Promise<DxData> {
  const { data, errors } = await runLine(await openLab(lab, kind), `dx ${line}`);
  expect(errors).toEqual([]);
  return data as unknown as DxData;
}

async function values(lab: string, kind: string, line: string): Promise<(string | undefined)[]> {
  return ((await dx(lab, kind, line)).children ?? []).map(({ value }) => value);
}

describe.skipIf(!hasCorpus).each([
  ['x86-static-O0', 'full'],
  ['x64-dll-O0', 'privrw'],
  ['arm64-O2', 's01'],
])('objects of %s', (lab, kind) => {
  const truth: Truth | undefined = hasCorpus ? sharedJson(`corpus/lab/${lab}/truth.json.gz`) : undefined;
  const hex = (value: number | string | bigint): string => `0x${BigInt(value).toString(16)}`;

  it('name the process', async () => {
    expect((await dx(lab, kind, '@$curprocess.Id')).value).toBe(hex(truth?.pid ?? 0));
    expect((await dx(lab, kind, '&@$curprocess.Environment.EnvironmentBlock')).value).toBe(truth?.peb);
    expect((await dx(lab, kind, 'Debugger.Sessions[0].Processes.First().Name')).value).toBe(
      (truth?.modules[0]?.path ?? truth?.modules[0]?.name ?? '').split('\\').at(-1),
    );
  });

  it('list the modules where the process had them', async () => {
    const modules = truth?.modules ?? [];
    expect(await values(lab, kind, '@$curprocess.Modules.Select(m => m.BaseAddress)')).toEqual(
      modules.map((m) => m.base),
    );
    expect(await values(lab, kind, '@$curprocess.Modules.Select(m => m.Size)')).toEqual(
      modules.map((m) => hex(m.size)),
    );
    const largest = modules.reduce((a, b) => (Number(a.size) >= Number(b.size) ? a : b));
    expect(
      (await dx(lab, kind, '@$curprocess.Modules.OrderByDescending(m => m.Size).First().BaseAddress')).value,
    ).toBe(largest.base);
    const ntdll = modules.find((m) => /ntdll/i.test(m.path ?? m.name ?? ''));
    expect((await dx(lab, kind, '@$curprocess.Modules["ntdll"].BaseAddress')).value).toBe(ntdll?.base);
    const where = '@$curprocess.Modules.Where(m => m.Name.Contains("ntdll")).Select(m => m.BaseAddress)';
    expect(await values(lab, kind, where)).toEqual([ntdll?.base]);
  });

  it('list the threads with their names, TEBs and starts', async () => {
    const threads = truth?.threads ?? [];
    const labels = ((await dx(lab, kind, '@$curprocess.Threads')).children ?? []).map(({ name }) => name);
    expect(labels).toEqual(threads.map((t) => `[${hex(t.tid)}]`));
    // the process did not know the name and TEB of the thread that was suspended from its start
    const asked = threads.map((t, i) => ({ ...t, i })).filter((t) => t.name !== 'suspended');
    const of = async (what: string) => {
      const all = await values(lab, kind, `@$curprocess.Threads.Select(t => ${what})`);
      return asked.map(({ i }) => all[i]);
    };
    expect(await of('t.Name')).toEqual(asked.map((t) => t.name));
    expect(await of('&t.Environment.EnvironmentBlock')).toEqual(asked.map((t) => t.teb));
    expect((await dx(lab, kind, '@$curprocess.Threads.Count()')).value).toBe(hex(threads.length));
  });
});

describe.skipIf(!hasCorpus)('objects of a frame', () => {
  interface Local {
    readonly func: string;
    readonly name: string;
    readonly addr: string;
    readonly value: string;
  }
  const truth = (lab: string): { threads: readonly { tid: number; locals: readonly Local[] }[] } =>
    sharedJson(`corpus/lab/${lab}/truth.json.gz`);

  it.each(['x86-static-O0', 'x64-static-O0'])('are the locals that %s printed', async (lab) => {
    const thread = truth(lab).threads.find((t) =>
      t.locals.some((l) => l.func === 'Recurse' && l.name === 'level'),
    );
    const levels = (thread?.locals ?? []).filter((l) => l.func === 'Recurse' && l.name === 'level');
    expect(levels.length).toBeGreaterThan(10);
    const id = `0x${(thread?.tid ?? 0).toString(16)}`;
    const frames = `@$curprocess.Threads[${id}].Stack.Frames.Where(f => f.ToDisplayString().Contains("!Recurse "))`;
    const of = async (what: string): Promise<Set<string | undefined>> =>
      new Set(await values(lab, 'privrw', `${frames}.Select(f => ${what})`));
    expect(await of('(void*)&f.LocalVariables.level')).toEqual(new Set(levels.map((l) => l.addr)));
    expect(await of('f.LocalVariables.level')).toEqual(new Set(levels.map((l) => l.value)));
    const tags = (thread?.locals ?? []).filter((l) => l.func === 'Recurse' && l.name === 'tag');
    expect(await of('f.LocalVariables.tag')).toEqual(new Set(tags.map((l) => `"${l.value}"`)));
  });

  it('are the registers of the thread', async () => {
    const engine = await openLab('arm64-O2', 's01');
    const { threads } = sharedJson<{ threads: { tid: number; registers: { pc: string; x: string[] } }[] }>(
      'corpus/lab/arm64-O2/truth.json.gz',
    );
    for (const { tid, registers } of threads.slice(0, 3)) {
      const user = `dx @$curprocess.Threads[${tid}].Registers.User`;
      expect((await runLine(engine, `${user}.pc`)).data.value).toBe(registers.pc);
      expect((await runLine(engine, `${user}.x6`)).data.value).toBe(registers.x[6]);
    }
  });
});
