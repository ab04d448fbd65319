import { mkdtempSync, copyFileSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { nodeHost } from '../../core/node/index.ts';
import type { LoadRequest } from '../../core/symbols/index.ts';
import type { Type } from '../../core/types/index.ts';
import { corpusFile, hasCorpus } from '../corpus.ts';
import { openEngine, runLine } from '../commands/runLine.ts';

const WINDOWS_7 = 'nt-heap/7601-x64/lfh.dmp.gz';
const WINDOWS_7_PDB = 'public/symbols/ntdll.pdb/9D04EB0AA387494FBD81ED062072B99C2/ntdll.pdb';

describe.skipIf(!hasCorpus)("Windows' structures", () => {
  let folder: string;
  let engine: Engine;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-test-'));
    // no dump here has this build of ntdll: another of Windows 7 takes it with /i
    copyFileSync(corpusFile(WINDOWS_7_PDB), join(folder, 'ntdll.pdb'));
    const file = corpusFile(WINDOWS_7);
    const host = nodeHost({ dump: file, symbolPath: folder });
    engine = await Engine.open(new BufferSource(readFileSync(file), file), host);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("come from ntdll's PDB where it has them, and are those built in, type by type", async () => {
    const xp = await openPublic('google_minidump2-test-app-24b0ea_x86_winxp', 'public/symbols');
    await runLine(engine, '.reload /i ntdll.dll');
    for (const [session, common] of [
      [xp.session, 49],
      [engine.session, 79],
    ] as const) {
      const layouts = session.layouts();
      expect(layouts.origin).toMatch(/ntdll\.pdb, built-in layout/);
      const [pdb, builtIn] = layouts.sources;
      const both = [...(builtIn?.names('*') ?? [])].filter((name) => pdb?.find(name) && builtIn?.find(name));
      expect(both.length).toBeGreaterThanOrEqual(common);
      for (const name of both) {
        expect(shape(pdb?.find(name)), name).toEqual(shape(builtIn?.find(name)));
        if (builtIn?.find(name)?.kind === 'record') expect(layouts.record(name)).toBe(pdb?.find(name));
      }
    }
    // what that PDB lacks is built in
    expect(xp.session.layouts().record('_HEAP_SUBSEGMENT')).toBeDefined();
  });

  it('read the same heaps and blocks either way', async () => {
    const commands = '!heap -s; !peb; !teb';
    const routine = async (): Promise<string | undefined> =>
      (await runLine(engine, 'dt ntdll!_HEAP CommitRoutine')).lines.at(-1);
    await runLine(engine, '.reload /u ntdll.dll');
    const before = await runLine(engine, commands);
    // the built-in layouts do not say what a function returns
    expect(await routine()).toContain('Ptr64     void ');
    await runLine(engine, '.reload /i ntdll.dll');
    const after = await runLine(engine, commands);
    // ntdll's variables are read with its PDB; without it a rule and the headers say it, and that is told
    const told = ['(RtlpLFHKey: worked out from the headers)', '(every 64-bit process has it)'];
    expect(before.lines.map((line) => line.trim()).filter((line) => told.includes(line))).toEqual(told);
    const withoutThem = before.lines.filter((line) => !told.includes(line.trim()));
    const at = withoutThem.findIndex((line) => line.startsWith('LFH Key'));
    // a header holds the low half of the key
    expect(lfhKey(after.lines[at]) & 0xffff_ffffn).toBe(lfhKey(withoutThem[at]));
    expect(after.lines.toSpliced(at, 1)).toEqual(withoutThem.toSpliced(at, 1));
    expect(await routine()).toContain('Ptr64     long ');
    expect(before.errors).toEqual([]);
  });

  it('are built in again once that PDB is unloaded', async () => {
    await runLine(engine, '.reload /i ntdll.dll; .reload /u ntdll.dll');
    expect(engine.session.layouts().origin).toMatch(/^built-in layout/);
  });

  it('make a server be asked only where none built in is exactly these', async () => {
    for (const [dump, asks] of [
      ['google_notepad-larger-32bit-8e9c2c_x86_win7', false],
      ['kindtis_cppconsoleapplication-e52a52_x64_win11', true],
    ] as const) {
      const requests: LoadRequest[] = [];
      const opened = await openEngine(`public/dumps/${dump}.dmp.gz`, {
        symbols: {
          load: (_, request) => {
            requests.push(request);
            return undefined;
          },
        },
      });
      opened.session.layouts();
      expect(opened.session.layoutNote() !== undefined).toBe(asks);
      expect(requests.map((r) => r.download)).toEqual([asks]);
    }
  });
});

function lfhKey(line = ''): bigint {
  return BigInt(line.split(':')[1]?.trim() ?? '');
}

/** What of a type decides how it is read. */
function shape(type: Type | undefined): unknown {
  if (type?.kind !== 'record') return { size: type?.size };
  const fields = type.members.flatMap((m) => (m.kind === 'field' ? [`${m.name} @ ${m.offset}`] : []));
  return { size: type.size, fields };
}

function openPublic(name: string, symbols: string): Promise<Engine> {
  const file = corpusFile(`public/dumps/${name}.dmp.gz`);
  const host = nodeHost({ dump: file, symbolPath: corpusFile(symbols) });
  return Engine.open(new BufferSource(readFileSync(file), file), host);
}
