/** Source lines and inlined functions: as other readers give them for the same addresses. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { corpusFile, hasCorpus } from '../../corpus.ts';
import { CONSOLE, CRASH, pdbSymbols } from './openPdbs.ts';

const SYMBOLIZER = 'llvm-symbolizer-19';
const hasSymbolizer = spawnSync(SYMBOLIZER, ['--version']).status === 0;

interface Symbolized {
  readonly Symbol: readonly {
    readonly FunctionName: string;
    readonly FileName: string;
    readonly Line: number;
  }[];
}

function symbolize(image: string, rvas: readonly number[]): Symbolized[] {
  const options = [`--obj=${image}`, '--output-style=JSON', '--relative-address', '--no-demangle'];
  const input = rvas.map((rva) => `0x${rva.toString(16)}\n`).join('');
  const { stdout } = spawnSync(SYMBOLIZER, options, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Symbolized);
}

// clang's code; of Microsoft's, the symbolizer takes one of the opcodes of inlined code wrongly
describe.skipIf(!hasCorpus || !hasSymbolizer).each([
  ['x86-static-O2-fpo', 'RuntimeTest.exe', 7],
  ['x64-static-O2', 'RuntimeTest.exe', 7],
  ['x64-busy-O2', 'busy.exe', 3],
  ['arm64-O2', 'armtest.exe', 4],
])('%s, every few bytes, as llvm-symbolizer sees it', (name, image, step) => {
  it('has the same lines and the same inlined functions', () => {
    const symbols = pdbSymbols(`lab/${name}/${image.replace('.exe', '.pdb')}`);
    const [text] = symbols.pdb.space.sections;
    const rvas: number[] = [];
    for (let rva = text?.rva ?? 0; rva < (text?.rva ?? 0) + (text?.virtualSize ?? 0); rva += step)
      rvas.push(rva);
    const theirs = symbolize(corpusFile(`lab/${name}/${image}`), rvas);
    let inlined = 0;
    const wrong: unknown[] = [];
    rvas.forEach((rva, i) => {
      const line = symbols.lineAt(rva);
      const sites = symbols.inlineSitesAt(rva);
      const expected = theirs[i]?.Symbol ?? [];
      // of two rows at one address the symbolizer takes the first for that address itself, the second after it
      if (expected.at(-1)?.Line === 0 || line?.rva === rva) return;
      inlined += sites.length;
      const mine = [...sites].reverse().map((s) => `${s.name} ${s.source?.file} ${s.source?.line}`);
      mine.push(`${line?.file} ${line?.line}`);
      const last = expected.at(-1);
      const same = [
        ...expected.slice(0, -1).map((s) => `${s.FunctionName} ${s.FileName} ${s.Line}`),
        `${last?.FileName} ${last?.Line}`,
      ];
      if (mine.join('\n') !== same.join('\n')) wrong.push([rva.toString(16), mine, same]);
    });
    expect(wrong).toEqual([]);
    expect(inlined).toBeGreaterThan(10);
  });
});

describe.skipIf(!hasCorpus)('lines of Visual C++', () => {
  it('are those that symbolicator found for the frames of mini-crash', () => {
    // expected/getsentry_mini-crash-69a2bc_x86_srv2016.symbolicator-minidump_windows.txt; crash.exe is at 2a0000
    const symbols = pdbSymbols(CRASH);
    expect(symbols.nearest(0x2a3d)).toMatchObject({ name: 'main', rva: 0x2910 });
    expect(symbols.lineAt(0x2a3d)).toMatchObject({
      file: 'c:\\projects\\breakpad-tools\\windows\\crash\\main.cpp',
      line: 35,
    });
    expect(symbols.nearest(0x2d96)).toMatchObject({ name: '__scrt_common_main_seh', rva: 0x2c9e });
    expect(symbols.lineAt(0x2d96)).toMatchObject({
      file: 'f:\\dd\\vctools\\crt\\vcstartup\\src\\startup\\exe_common.inl',
      line: 283,
    });
  });

  it('come with the checksum of the file', () => {
    const checksum = pdbSymbols(CRASH).lineAt(0x2a3d)?.checksum;
    expect(checksum?.kind).toBe('md5');
    expect(Buffer.from(checksum?.bytes ?? []).toString('hex')).toBe('150922728c67df67be1c99e1bb75ed65');
  });

  it('are found by file and line, whatever the folder, case and slashes', () => {
    const symbols = pdbSymbols(CRASH);
    // main.cpp 35: the last line of main() that symbolicator named
    const [run, ...more] = symbols.codeOf('MAIN.cpp', 35);
    expect(more).toEqual([]);
    expect(run?.rva).toBeLessThanOrEqual(0x2a3d);
    expect((run?.rva ?? 0) + (run?.length ?? 0)).toBeGreaterThan(0x2a3d);
    expect([...symbols.codeOf('crash/main.cpp', 35)]).toEqual([run]);
    expect([...symbols.codeOf('c:/projects/breakpad-tools/windows/crash/main.cpp', 35)]).toEqual([run]);
    expect([...symbols.codeOf('ash/main.cpp')]).toEqual([]);
    const all = [...symbols.codeOf('main.cpp')].map((r) => r.rva);
    expect(all).toEqual([...all].sort((a, b) => a - b));
  });

  it('give code that only steers stepping to the line before', () => {
    const symbols = pdbSymbols(CONSOLE);
    // 0002:000032B0 line 1531, :000032C7 "never step into", :000032D4 line 1531 again (llvm-pdbutil dump -l)
    const start = symbols.pdb.space.sourceRva(2, 0x32b0) ?? 0;
    expect(symbols.lineAt(start + 0x18)).toMatchObject({ line: 1531, rva: start, length: 0x24 });
    expect(symbols.lineAt(start + 0x18)?.checksum?.kind).toBe('sha256');
  });

  it('go with names of functions that were inlined, those shared between modules too', () => {
    const symbols = pdbSymbols(CRASH);
    const file = 'c:\\projects\\breakpad-tools\\windows\\crash\\main.cpp';
    expect(symbols.inlineSitesAt(0x2a3d)).toMatchObject([
      {
        name: "`anonymous namespace'::start",
        source: { file, line: 28 },
        call: { file, line: 35 },
        start: 0x2a3d,
      },
      {
        name: "`anonymous namespace'::crash",
        source: { file, line: 24 },
        call: { file, line: 28 },
        start: 0x2a3d,
      },
    ]);
    const string = 'std::basic_string<wchar_t,std::char_traits<wchar_t>,std::allocator<wchar_t> >';
    expect(symbols.inlineSitesAt(0x2a3c).map((s) => s.name)).toEqual([
      `${string}::{dtor}`,
      `${string}::_Tidy_deallocate`,
    ]);
    // innermost first, as the unwinder wants them
    expect(symbols.unwind.inlineFrames(0x2a3c).map((f) => f.name)).toEqual([
      `${string}::_Tidy_deallocate`,
      `${string}::{dtor}`,
    ]);
  });
});

describe.skipIf(!hasCorpus)('locals of Visual C++', () => {
  const symbols = hasCorpus ? pdbSymbols(CRASH) : undefined;

  it('are where their range records say, at that address', () => {
    // S_LOCAL argc of main: [esp+208] for the first byte, [ebp+212] throughout (llvm-pdbutil dump --symbols)
    const at = (rva: number): unknown => symbols?.localsAt(rva)[0]?.variables.find((v) => v.name === 'argc');
    const type = expect.objectContaining({ cName: 'int' }) as unknown;
    const inEbp = { kind: 'register relative', register: 'ebp', offset: 212 };
    expect(at(0x2910)).toMatchObject({
      isParameter: true,
      type,
      locations: [{ kind: 'register relative', register: 'esp', offset: 208 }, inEbp],
    });
    expect(at(0x2a3d)).toMatchObject({ isParameter: true, type, locations: [inEbp] });
  });

  it('of inlined functions lie in scopes of their own', () => {
    const scopes = symbols?.localsAt(0x2a3c) ?? [];
    expect(scopes.map((s) => s.kind)).toEqual(['procedure', 'inline', 'inline']);
    expect(scopes[0]).toMatchObject({ name: 'main', start: 0x2910 });
    expect(scopes[2]?.name).toMatch(/_Tidy_deallocate$/);
  });

  it('are parameters as far as the procedure’s type has parameters, where records do not say', () => {
    const console = pdbSymbols(CONSOLE);
    const [insert] = console.find('std::_Insert_string<char,std::char_traits<char>,unsigned __int64>');
    const [scope] = console.localsAt((insert?.rva ?? 0) + 100);
    const variables = scope?.variables.map((v) => [v.name, v.isParameter]);
    expect(variables).toEqual([
      ['_Ostr', true],
      ['_Data', true],
      ['_Size', true],
      ['_State', false],
      ['_Pad', false],
      ['_Ok', false],
    ]);
    expect(scope?.variables[2]?.locations).toEqual([
      { kind: 'register relative', register: 'rbp', offset: 400 },
    ]);
  });
});
