import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { visitLines } from '../../../core/symbols/breakpad/lines.ts';
import { BreakpadSymbols } from '../../../core/symbols/breakpad/index.ts';
import { corpusFile, corpusList, hasCorpus, shared } from '../../corpus.ts';

const FOLDER = 'public/symbols/breakpad';
const TEST_APP = `${FOLDER}/test_app.pdb/5A9832E5287241C1838ED98914E9B7FF1/test_app.sym`;
const KERNEL32 = `${FOLDER}/kernel32.pdb/BCE8785C57B44245A669896B6A19B9542/kernel32.sym`;
const OLEAUT32 = `${FOLDER}/oleaut32.pdb/A128178EA85DAE837E96C39303FF06381/oleaut32.sym`;
const WALK = 'corpus/public/expected/google_minidump2-test-app-24b0ea_x86_winxp.breakpad-stackwalk';

function open(path: string): BreakpadSymbols {
  return new BreakpadSymbols(new BufferSource(readFileSync(corpusFile(path)), path));
}

function sym(text: string): BreakpadSymbols {
  return new BreakpadSymbols(new BufferSource(new TextEncoder().encode(text), 'made.sym'));
}

describe.skipIf(!hasCorpus)("names and lines of breakpad's own stack walk of minidump2", () => {
  const modules: Record<string, { base: number; symbols: () => BreakpadSymbols }> = {
    'test_app.exe': { base: 0x400000, symbols: () => open(TEST_APP) },
    'kernel32.dll': { base: 0x7c800000, symbols: () => open(KERNEL32) },
  };
  const rows = hasCorpus ? readFileSync(shared(`${WALK}-machine.txt`), 'utf8').split('\n') : [];
  const addresses = hasCorpus
    ? [...readFileSync(shared(`${WALK}.txt`), 'utf8').matchAll(/eip = 0x([0-9a-f]+)/g)].map((m) =>
        parseInt(m[1] ?? '', 16),
      )
    : [];

  it.each([0, 1, 2, 3])('frame %i', (index) => {
    const row = rows.find((r) => r.startsWith(`0|${index}|`))?.split('|') ?? [];
    const [, , module = '', name = '', file, line, offset = ''] = row;
    const { base, symbols } = modules[module] ?? { base: 0, symbols: () => sym('') };
    const opened = symbols();
    const instruction = (addresses[index] ?? 0) - base;
    // of a caller the instruction is a return address: what is looked up lies before it
    const rva = index === 0 ? instruction : instruction - 1;
    const symbol = opened.nearest(rva);
    expect(symbol?.name).toBe(name);
    const found = opened.lineAt(rva);
    if (line) {
      expect(found).toMatchObject({ file, line: Number(line) });
      expect(instruction - (found?.rva ?? 0)).toBe(Number(offset));
    } else {
      expect(found).toBeUndefined();
      expect(instruction - (symbol?.rva ?? 0)).toBe(Number(offset));
    }
  });
});

/** What a file says, read line by line: nothing is clever here. */
function plainly(path: string): Record<'FUNC' | 'PUBLIC' | 'FILE' | 'WIN' | 'INIT' | 'line', string[][]> {
  const records = { FUNC: [], PUBLIC: [], FILE: [], WIN: [], INIT: [], line: [] } as ReturnType<
    typeof plainly
  >;
  for (const text of readFileSync(corpusFile(path), 'utf8').split(/\r?\n/)) {
    const words = text.split(' ').filter((w, i) => !(w === 'm' && i === 1));
    const [kind = '', second, third] = words;
    if (kind === 'FUNC' || kind === 'PUBLIC' || kind === 'FILE') records[kind].push(words.slice(1));
    else if (kind === 'STACK' && second === 'WIN') records.WIN.push(words.slice(2));
    else if (kind === 'STACK' && third === 'INIT') records.INIT.push(words.slice(3));
    else if (/^[0-9a-f]+$/.test(kind)) records.line.push(words);
  }
  return records;
}

const hex = (text: string | undefined): number => parseInt(text ?? '', 16);

describe.skipIf(!hasCorpus)('every record of every .sym file', () => {
  const files = hasCorpus
    ? corpusList(FOLDER).flatMap((pdb) =>
        corpusList(`${FOLDER}/${pdb}`).flatMap((key) =>
          corpusList(`${FOLDER}/${pdb}/${key}`).map((f) => `${FOLDER}/${pdb}/${key}/${f}`),
        ),
      )
    : [];

  it.each(files)('%s', (path) => {
    const symbols = open(path);
    const truth = plainly(path);
    const names = new Map(truth.FILE.map(([number, ...name]) => [number, name.join(' ')]));

    for (const [start, size, parameters, ...name] of truth.FUNC) {
      const at = symbols.at(hex(start));
      expect(at.map((s) => s.decorated ?? s.name)).toContain(name.join(' '));
      expect(symbols.nearest(hex(start) + hex(size) - 1)?.rva).toBe(hex(start));
      expect(at[0]?.size).toBe(hex(size));
      if (symbols.module.architecture === 'x86') {
        expect(symbols.unwind.parameterBytes?.(hex(start))).toBe(hex(parameters));
      }
    }
    for (const [start, , ...name] of truth.PUBLIC) {
      const within = truth.FUNC.some(
        ([fn, size]) => hex(start) > hex(fn) && hex(start) - hex(fn) < hex(size),
      );
      // a label within a function does not name it
      const at = symbols.at(hex(start)).map((s) => s.decorated ?? s.name);
      expect(at.includes(name.join(' '))).toBe(!within);
      expect(symbols.find(name.join(' ')).map((s) => s.rva)).toContain(hex(start));
    }
    for (const [start, size, line, file] of truth.line) {
      // a line without code covers nothing
      if (hex(size) === 0) continue;
      const place = { file: names.get(file), line: Number(line), rva: hex(start), length: hex(size) };
      expect(symbols.lineAt(hex(start))).toEqual(place);
      expect(symbols.lineAt(hex(start) + hex(size) - 1)).toEqual(place);
    }
    expect([...symbols.match('*')]).toHaveLength(truth.FUNC.length + truth.PUBLIC.length);
    for (const [
      type,
      start,
      length,
      prolog,
      epilog,
      parameters,
      saved,
      locals,
      max,
      has,
      ...rest
    ] of truth.WIN) {
      if (type !== '4') continue;
      const found = symbols.unwind.stackWin?.(hex(start));
      // another record may begin there and cover less
      if (found?.length !== hex(length)) continue;
      expect(found).toEqual({
        type: 4,
        start: hex(start),
        length: hex(length),
        prolog: hex(prolog),
        epilog: hex(epilog),
        parameters: hex(parameters),
        savedRegisters: hex(saved),
        locals: hex(locals),
        maxStack: hex(max),
        ...(has === '1'
          ? { program: rest.join(' '), allocatesBasePointer: false }
          : { allocatesBasePointer: rest[0] === '1' }),
      });
    }
    for (const [start, length, ...rules] of truth.INIT) {
      const found = symbols.unwind.stackCfi?.(hex(start) + hex(length) - 1);
      expect(found).toMatchObject({ start: hex(start), length: hex(length) });
      expect(found?.rules[0]).toBe(rules.join(' '));
    }
  });
});

describe('what the files of the corpus do not have', () => {
  // the forms of symbol_files.md: inlined functions over split ranges, multiple names, CFI deltas, nested STACK WIN
  const symbols = sym(
    [
      'MODULE windows x86_64 5A9832E5287241C1838ED98914E9B7FF1 app.pdb',
      'INFO CODE_ID 4A5BDB3B17A000 app.exe',
      'FILE 7 c:\\src\\app.cpp',
      'FILE 3 c:\\src\\list.h',
      'INLINE_ORIGIN 0 list::push(int)',
      'INLINE_ORIGIN 9 list::grow()',
      'FUNC m 1000 40 0 ns::run(char const *)',
      'INLINE 0 12 7 0 1010 8 1020 8',
      'INLINE 1 30 3 9 1012 4',
      '1000 10 11 7',
      '1010 2 29 3',
      '1012 4 55 3',
      '1016 2 31 3',
      '1018 8 13 7',
      '1020 8 29 3',
      'FUNC 1080 10 0 std::function<void (int)>::operator()',
      'PUBLIC 1060 0 thunk',
      'PUBLIC m 1060 0 other_thunk',
      'PUBLIC 2000 0 ?late@ns@@YAXXZ',
      'STACK WIN 4 1000 40 3 0 8 4 10 0 1 $T0 .raSearch =',
      'STACK WIN 4 1010 10 0 0 8 4 10 0 1 $T1 .raSearch =',
      'STACK WIN 0 1050 10 0 0 4 0 0 0 0 1',
      'STACK CFI INIT 1000 40 .cfa: $rsp 8 + .ra: .cfa 8 - ^',
      'STACK CFI 1004 .cfa: $rsp 16 +',
      'STACK CFI 1010 .cfa: $rsp 64 + $rbx: .cfa 16 - ^',
      'STACK CFI INIT 1080 10 .cfa: $rsp 8 +',
    ].join('\r\n'),
  );

  it('names functions without their parameters, and publics undecorated', () => {
    expect(symbols.nearest(0x103f)).toEqual({
      name: 'ns::run',
      decorated: 'ns::run(char const *)',
      rva: 0x1000,
      size: 0x40,
      kind: 'function',
    });
    expect(symbols.find('ns::run')).toHaveLength(1);
    expect(symbols.find('ns::run(char const *)')).toHaveLength(1);
    expect(symbols.nearest(0x2010)?.name).toBe('ns::late');
    expect(symbols.nearest(0x1080)?.name).toBe('std::function<void (int)>::operator()');
    expect([...symbols.match('*::run')].map((s) => s.rva)).toEqual([0x1000]);
  });

  it('gives no name to what lies behind a function or before the first', () => {
    expect(symbols.nearest(0x1040)).toBeUndefined();
    expect(symbols.nearest(0x1090)).toBeUndefined();
    expect(symbols.nearest(0xfff)).toBeUndefined();
    expect(symbols.at(0x1070).map((s) => s.name)).toEqual(['thunk', 'other_thunk']);
    expect(symbols.next(0x1000)?.name).toBe('thunk');
    expect(symbols.next(0x1060)?.rva).toBe(0x1080);
    expect(symbols.next(0x2000)).toBeUndefined();
  });

  it('follows inlined functions, innermost first', () => {
    const list = 'c:\\src\\list.h';
    expect(symbols.unwind.inlineFrames?.(0x1013)).toEqual([
      { name: 'list::grow', start: 0x1012, source: { file: list, line: 55 } },
      { name: 'list::push', start: 0x1010, source: { file: list, line: 30 } },
    ]);
    expect(symbols.unwind.inlineFrames?.(0x1021)).toEqual([
      { name: 'list::push', start: 0x1020, source: { file: list, line: 29 } },
    ]);
    expect(symbols.unwind.inlineFrames?.(0x1018)).toEqual([]);
    // the function itself is where it calls what is inlined
    expect(symbols.lineAt(0x1013)).toMatchObject({ file: 'c:\\src\\app.cpp', line: 12 });
    expect(symbols.lineAt(0x1018)).toMatchObject({ file: 'c:\\src\\app.cpp', line: 13 });
  });

  it('keeps STACK records for the unwinder', () => {
    expect(symbols.unwind.stackWin?.(0x1018)?.program).toBe('$T1 .raSearch =');
    expect(symbols.unwind.stackWin?.(0x1020)?.program).toBe('$T0 .raSearch =');
    expect(symbols.unwind.stackWin?.(0x1055)).toMatchObject({
      type: 0,
      parameters: 4,
      allocatesBasePointer: true,
    });
    expect(symbols.unwind.stackWin?.(0x1045)).toBeUndefined();
    expect(symbols.unwind.stackCfi?.(0x1003)?.rules).toEqual(['.cfa: $rsp 8 + .ra: .cfa 8 - ^']);
    expect(symbols.unwind.stackCfi?.(0x1010)?.rules).toEqual([
      '.cfa: $rsp 8 + .ra: .cfa 8 - ^',
      '.cfa: $rsp 16 +',
      '.cfa: $rsp 64 + $rbx: .cfa 16 - ^',
    ]);
    expect(symbols.unwind.stackCfi?.(0x1088)?.rules).toEqual(['.cfa: $rsp 8 +']);
    expect(symbols.unwind.stackCfi?.(0x1060)).toBeUndefined();
    // stack parameters are a matter of x86
    expect(symbols.unwind.parameterBytes?.(0x1000)).toBeUndefined();
  });

  it('is matched by GUID and age', () => {
    const guid = '5A9832E5287241C1838ED98914E9B7FF';
    expect(symbols.mismatch({ kind: 'rsds', guid, age: 1, pdb: 'app.pdb' })).toBeUndefined();
    expect(symbols.mismatch({ kind: 'rsds', guid, age: 10, pdb: 'app.pdb' })).toContain(`${guid}A`);
    expect(() => sym('FUNC 1000 1 0 f')).toThrow('it does not begin as a Breakpad symbol file');
  });
});

describe('visitLines', () => {
  it('finds the same lines whatever the chunks', () => {
    const text = 'one\ntwo\r\n\nlonger than a chunk\r\r\nlast';
    const expected = ['one', 'two', '', 'longer than a chunk\r', 'last'];
    for (const chunk of [2, 3, 5, 7, 64]) {
      const lines: string[] = [];
      const starts: number[] = [];
      visitLines(
        new BufferSource(new TextEncoder().encode(text)),
        0,
        (bytes, start, end, offset) => {
          lines.push(new TextDecoder().decode(bytes.subarray(start, end)));
          starts.push(offset);
          return true;
        },
        chunk,
      );
      expect(lines).toEqual(expected);
      expect(starts).toEqual([0, 4, 9, 10, 32]);
    }
  });
});

describe.skipIf(!hasCorpus)('oleaut32', () => {
  it('has functions without lines, of a 64-bit module', () => {
    const symbols = open(OLEAUT32);
    expect(symbols.module).toEqual({
      os: 'windows',
      architecture: 'x86_64',
      id: 'A128178EA85DAE837E96C39303FF06381',
      name: 'oleaut32.pdb',
    });
    expect(symbols.lineAt(0x1010)).toBeUndefined();
    expect(symbols.nearest(0x1010)?.name).toBe('dcomoa_IID_Lookup');
  });
});
