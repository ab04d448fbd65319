import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { valueText } from '../../core/commands/dt/index.ts';
import { BufferSource } from '../../core/bytes/index.ts';
import { openPdb, PdbSymbols } from '../../core/symbols/pdb/index.ts';
import { libraryContents, readValue, type RecordType, withLibrary } from '../../core/types/index.ts';
import { corpusFile, hasCorpus } from '../corpus.ts';
import { FakeMemory } from './fakeMemory.ts';

/** Types that Microsoft's compiler wrote into PDBs, over bytes laid out as llvm-pdbutil prints the same records. */
function recordOf(path: string, name: string): RecordType {
  const symbols = new PdbSymbols(openPdb(new BufferSource(readFileSync(corpusFile(path)), path)));
  const type = symbols.types.find(name);
  if (type?.kind !== 'record') throw new Error(`no record ${name}`);
  return type;
}

function show(
  memory: FakeMemory,
  pointerSize: 4 | 8,
  record: RecordType,
): { text: string; elements: string[] } {
  const source = withLibrary({ memory, pointerSize });
  const style = { pointerSize, blocks: false, verbose: false, describe: () => undefined };
  const contents = libraryContents(source, record, 0x1000n, 100);
  return {
    text: valueText(readValue(source, record, 0x1000n), style)
      .slice(record.name.length)
      .trim(),
    elements: (contents?.elements ?? []).map((e) => valueText(readValue(source, e.type, e.address), style)),
  };
}

const VS2022 =
  'public/symbols/cppconsoleapplication.pdb/4F1CBD0C787F4165837B0D3AB7EFEA3A2/CppConsoleApplication.pdb';
const VS2015 = 'public/symbols/crash.pdb/3249D99D0C4049318610F4E4FB0B69361/crash.pdb';

describe.skipIf(!hasCorpus)('the C++ library of Visual Studio 2022, x64, debug', () => {
  it('std::string behind the proxy of its iterators', () => {
    const string = recordOf(VS2022, 'std::string');
    expect(string.size).toBe(40);
    const memory = new FakeMemory()
      .put64(0x1000n, 0x9999n)
      .put(0x1008n, [...'Excalibur'].map((c) => c.charCodeAt(0)).concat(Array<number>(7).fill(0)))
      .put64(0x1018n, 9n, 15n);
    expect(show(memory, 8, string).text).toBe('"Excalibur"');
  });

  it('std::vector<std::shared_ptr<Item>>', () => {
    const vector = recordOf(
      VS2022,
      'std::vector<std::shared_ptr<Item>,std::allocator<std::shared_ptr<Item> > >',
    );
    expect(vector.size).toBe(32);
    const memory = new FakeMemory()
      .put64(0x1000n, 0x9999n, 0x2000n, 0x2020n, 0x2040n)
      .put64(0x2000n, 0x3000n, 0x4000n, 0n, 0n)
      .put64(0x4000n, 0x7ff6_0000_0000n)
      .put32(0x4008n, 3, 1);
    const { text, elements } = show(memory, 8, vector);
    expect(text).toBe('{ size=2 }');
    expect(elements).toEqual([
      'std::shared_ptr<Item> 0x00000000`00003000 Item [3 strong refs]',
      'std::shared_ptr<Item> empty',
    ]);
  });

  it('std::unique_ptr<Warrior>', () => {
    const unique = recordOf(VS2022, 'std::unique_ptr<Warrior,std::default_delete<Warrior> >');
    expect(show(new FakeMemory().put64(0x1000n, 0x3000n), 8, unique).text).toBe(
      '0x00000000`00003000 Warrior',
    );
  });
});

describe.skipIf(!hasCorpus)('the C++ library of Visual Studio 2015, x86, release', () => {
  it('std::wstring', () => {
    const string = recordOf(
      VS2015,
      'std::basic_string<wchar_t,std::char_traits<wchar_t>,std::allocator<wchar_t> >',
    );
    expect(string.size).toBe(24);
    const path = 'C:\\Users\\Jiří\\dumps';
    const memory = new FakeMemory().put32(0x1000n, 0x2000, 0, 0, 0, path.length, 23).text16(0x2000n, path);
    expect(show(memory, 4, string).text).toBe(`"${path}"`);
  });

  it('std::list<google_breakpad::AppMemory>', () => {
    const list = recordOf(
      VS2015,
      'std::list<google_breakpad::AppMemory,std::allocator<google_breakpad::AppMemory> >',
    );
    expect(list.size).toBe(8);
    const memory = new FakeMemory()
      .put32(0x1000n, 0x2000, 2)
      .put32(0x2000n, 0x2100, 0x2200)
      .put32(0x2100n, 0x2200, 0x2000)
      .put32(0x2200n, 0x2000, 0x2100);
    const { text, elements } = show(memory, 4, list);
    expect(text).toBe('{ size=2 }');
    expect(elements).toEqual(['google_breakpad::AppMemory', 'google_breakpad::AppMemory']);
  });
});
