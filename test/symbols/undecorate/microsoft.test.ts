/** Names that Microsoft's compiler, DIA and llvm-undname gave to symbols of real files, against ours. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { undecorate, UNDNAME } from '../../../core/symbols/undecorate/index.ts';
import { corpusFile, corpusList, hasCorpus } from '../../corpus.ts';
import { hasLlvm, llvmUndname, pdbPrivates, pdbPublics } from './llvmTools.ts';

const CONSOLE =
  'public/symbols/cppconsoleapplication.pdb/4F1CBD0C787F4165837B0D3AB7EFEA3A2/CppConsoleApplication.pdb';
const CRASH = 'public/symbols/crash.pdb/3249D99D0C4049318610F4E4FB0B69361/crash.pdb';
const CRASH_SYM = 'public/symbols/breakpad/crash.pdb/3249D99D0C4049318610F4E4FB0B69361/crash.sym';
const NTDLL_10 = 'public/symbols/ntdll.pdb/9D04EB0AA387494FBD81ED062072B99C2/ntdll.pdb';
const NTDLL_7 = 'public/symbols/ntdll.pdb/CCC0E36120F424BE044DE630C3BD80C41/ntdll.pdb';
const MSVCRT = 'public/symbols/msvcrt.pdb/F1D253F9555C46DF8076400A52B3A9292/msvcrt.pdb';

/** What breakpad's dump_syms asked DIA to leave out when it wrote the .sym file. */
const BREAKPAD_FLAGS =
  UNDNAME.noMsKeywords |
  UNDNAME.noFunctionReturns |
  UNDNAME.noAllocationModel |
  UNDNAME.noAllocationLanguage |
  UNDNAME.noThisType |
  UNDNAME.noAccessSpecifiers |
  UNDNAME.noThrowSignatures |
  UNDNAME.noMemberType |
  UNDNAME.noReturnUdtModel |
  UNDNAME.noTags;

const squeeze = (text: string): string => text.replace(/\s/g, '');

/** The compiler makes one function of both kinds of deleting destructor, and the linker folds equal functions. */
function isAlias(mine: string, theirs: string): boolean {
  return /destructor'|::~/.test(mine) && /destructor'|::~/.test(theirs);
}

describe.skipIf(!hasCorpus || !hasLlvm)('undecorate against Microsoft', () => {
  it('names functions as DIA does (crash.sym)', () => {
    const byRva = new Map<number, string>();
    const lines = readFileSync(corpusFile(CRASH_SYM), 'utf8');
    for (const [, rva = '', name = ''] of lines.matchAll(
      /^(?:FUNC (?:m )?([0-9a-f]+) [0-9a-f]+|PUBLIC (?:m )?[0-9a-f]+) [0-9a-f]+ (.*)$/gm,
    )) {
      byRva.set(parseInt(rva, 16), name);
    }
    let compared = 0;
    for (const { name, place } of pdbPublics(corpusFile(CRASH))) {
      const [section, offset] = place.split(':').map(Number);
      const theirs = section === 1 ? byRva.get(0x1000 + (offset ?? 0)) : undefined;
      if (theirs === undefined || !name.startsWith('?')) continue;
      // dump_syms writes () for (void)
      const mine = undecorate(name, { flags: BREAKPAD_FLAGS }).replace(/\(void\)$/, '()');
      if (isAlias(mine, theirs)) continue;
      expect(mine).toBe(theirs);
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
  });

  it('names functions and data as the compiler does in private symbols', () => {
    const path = corpusFile(CONSOLE);
    const byPlace = new Map(pdbPrivates(path).map((s) => [s.place, s.name]));
    let compared = 0;
    for (const { name, place } of pdbPublics(path)) {
      const theirs = byPlace.get(place);
      if (theirs === undefined || !name.startsWith('?')) continue;
      const mine = undecorate(name, { nameOnly: true, flags: UNDNAME.noPtr64 });
      // of a static local the private symbol has the name alone
      if (isAlias(mine, theirs) || mine.endsWith(`'::${theirs}`)) continue;
      expect(squeeze(mine)).toBe(squeeze(theirs));
      compared++;
    }
    expect(compared).toBeGreaterThan(300);
  });
});

describe.skipIf(!hasCorpus || !hasLlvm)('undecorate against llvm-undname', () => {
  const files = [CONSOLE, CRASH, NTDLL_10, NTDLL_7, MSVCRT];
  for (const lab of hasCorpus ? corpusList('lab').filter((l) => !l.includes('.')) : []) {
    for (const file of corpusList(`lab/${lab}`)) if (/\.pdb$/.test(file)) files.push(`lab/${lab}/${file}`);
  }

  it('agrees on every decorated public of the corpus but for known differences', () => {
    const names = new Set<string>();
    for (const file of files) {
      for (const { name } of pdbPublics(corpusFile(file))) if (name.startsWith('?')) names.add(name);
    }
    const list = [...names];
    const theirs = llvmUndname(list);
    const differences: string[] = [];
    let compared = 0;
    for (const [i, name] of list.entries()) {
      const answer = theirs[i];
      if (answer === undefined || isKnownDifference(name)) continue;
      compared++;
      const mine = undecorate(name, { flags: UNDNAME.noPtr64 });
      if (normal(mine) !== normal(answer)) differences.push(`${name}\n${mine}\n${answer}`);
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(900);
  });

  it('leaves no decorated public as it is', () => {
    const names = files.flatMap((file) => pdbPublics(corpusFile(file)).map((s) => s.name));
    const left = names.filter((n) => n.startsWith('?') && undecorate(n) === n);
    expect(left).toEqual([]);
  });
});

describe.skipIf(!hasLlvm)('undecorate against llvm-undname on names that clang made', () => {
  // for x86, x64 and ARM64, from a source that uses every corner of the language that gets into a name
  const names = readFileSync(new URL('clangNames.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');

  it('agrees but for known differences', () => {
    const theirs = llvmUndname(names);
    const differences: string[] = [];
    let compared = 0;
    for (const [i, name] of names.entries()) {
      if (isKnownDifference(name) || isCompilersDifference(name)) continue;
      compared++;
      const mine = undecorate(name, { flags: UNDNAME.noPtr64 });
      if (normal(mine) !== normal(theirs[i] ?? name)) differences.push(`${name}\n${mine}\n${theirs[i]}`);
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(300);
  });
});

/** Vcall and vtordisp thunks, initializers in a namespace, arrays without bounds: undname's forms stand above. */
function isCompilersDifference(name: string): boolean {
  return /\?\?_9|@@\$[0-5]|\?\?__[EF]|\$\$BY0A@/.test(name);
}

/** Blanks differ everywhere, and LLVM shortens the names of the compiler's own functions. */
function normal(text: string): string {
  return squeeze(text)
    .replace(/dtor/g, 'destructor')
    .replace(/constructor/g, 'ctor');
}

/**
 * Where llvm-undname is known to write something else than undname: string literals (their text), conversions (the
 * type twice), `extern "C"` for scopes without a type, and pointers (undname takes the pointee's const for theirs).
 */
function isKnownDifference(name: string): boolean {
  return /^\?\?_C|^\?\?(\$\?)?B|@@9|@@[0-4]P[EA-D]*\w+[BD]$/.test(name);
}
