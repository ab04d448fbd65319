import { describe, expect, it } from 'vitest';
import { hasCorpus } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

async function lines(command: string, lab = 'x64-static-O0'): Promise<readonly string[]> {
  const { lines, errors } = await runLine(await openLab(lab), command);
  return errors.length ? errors : lines;
}

// forms: samples.md, section 6; what the names and lines are, llvm-symbolizer and the PDB's tests say as well
describe.skipIf(!hasCorpus)('ln', () => {
  it.each([
    [
      'ln RuntimeTest!Recurse',
      [
        ' [/home/lab/src/RuntimeTest.c @ 84] (00000001`40003180)   RuntimeTest!Recurse   |  (00000001`40003390)   RuntimeTest!BigFrame',
        'Exact matches:',
        '    RuntimeTest!Recurse (struct ThreadRec *, int, struct Point, char *)',
      ],
    ],
    [
      'ln RuntimeTest!Recurse+30',
      [
        ' [/home/lab/src/RuntimeTest.c @ 85] (00000001`40003180)   RuntimeTest!Recurse+0x30   |  (00000001`40003390)   RuntimeTest!BigFrame',
      ],
    ],
    [
      'ln g_list_head',
      [
        '(00000001`4000d530)   RuntimeTest!g_list_head   |  (00000001`4000d538)   RuntimeTest!g_items_head',
        'Exact matches:',
        '    RuntimeTest!g_list_head = 0x00000000`00b803a0',
      ],
    ],
    [
      'ln ntdll!NtClose',
      [
        '(00000001`7000d2b0)   ntdll!NtClose   |  (00000001`7000d2d0)   ntdll!NtCompareObjects',
        'Exact matches:',
        '    ntdll!NtClose = <no type information>',
        '    ntdll!ZwClose = <no type information>',
      ],
    ],
    ['ln 5', ['00000000`00000005 is in no module']],
  ])('%s', async (command, expected) => expect(await lines(command)).toEqual(expected));

  it('has 8 digits on x86, and the nearest symbol first in its data', async () => {
    const { lines, data } = await runLine(await openLab('x86-static-O0'), 'ln g_outer+4');
    expect(lines).toEqual(['(0040cbd0)   RuntimeTest!g_outer+0x4   |  (0040cc50)   RuntimeTest!g_list_head']);
    expect(data).toEqual({
      address: '0x40cbd4',
      symbols: [
        { address: '0x40cbd0', module: 'RuntimeTest', name: 'g_outer', displacement: '0x4' },
        { address: '0x40cc50', module: 'RuntimeTest', name: 'g_list_head', displacement: '-0x7c' },
      ],
    });
  });

  it('takes source lines', async () => {
    expect(await lines('ln `RuntimeTest!types.cpp:107`')).toEqual([
      ' [/home/lab/src/types.cpp @ 107] (00000001`40005000)   RuntimeTest!shapes::Circle::Area+0xbd   |  (00000001`400050e0)   RuntimeTest!CppThreadBody',
    ]);
    expect(await lines('? `runtimetest.C:84`')).toEqual([
      'Evaluate expression: 5368721792 = 00000001`40003180',
    ]);
    expect(await lines('? `nowhere.c:1`')).toEqual(["Couldn't resolve error at '`nowhere.c:1`'"]);
  });
});
