import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../core/commands/dt/arguments.ts';

/** The forms of the manual (debuggercmds/dt--display-type-.md) and of everyday use. */
function words(text: string) {
  const { name, address, fields, list } = parseArguments(text);
  return { name, address, fields: fields.map((f) => f.text), list };
}

describe('the words behind dt', () => {
  it.each([
    ['nt!_PEB 7ffdf000', { name: 'nt!_PEB', address: '7ffdf000', fields: [] }],
    ['0x0100297c MYTYPE1', { name: 'MYTYPE1', address: '0x0100297c', fields: [] }],
    ['_TEB @$teb', { name: '_TEB', address: '@$teb', fields: [] }],
    ['nt!_PEB Ldr Ldr. 7ffdf000', { name: 'nt!_PEB', address: '7ffdf000', fields: ['Ldr', 'Ldr.'] }],
    ['_heap F* 0x00000191`81810000', { name: '_heap', address: '0x00000191`81810000', fields: ['F'] }],
    ['_PEB poi(@$teb + 60)', { name: '_PEB', address: 'poi(@$teb + 60)', fields: [] }],
    ['poi(nt!PebLdr+10) _FOO', { name: '_FOO', address: 'poi(nt!PebLdr+10)', fields: [] }],
    ['_FOO app!g_foo', { name: '_FOO', address: 'app!g_foo', fields: [] }],
    ['_FOO 100+20', { name: '_FOO', address: '100+20', fields: [] }],
    ['_FOO @esp+8', { name: '_FOO', address: '@esp+8', fields: [] }],
    ['-ca10 ULONG 01002be0', { name: 'ULONG', address: '01002be0', fields: [] }],
    ['-n abc -n def 1000', { name: 'abc', address: '1000', fields: ['def'] }],
    ['-ny A', { name: 'A', address: undefined, fields: [] }],
    ['(unsigned long) 1000', { name: '(unsigned long)', address: '1000', fields: [] }],
    [
      'app!std::vector<int,std::allocator<int> > 1000',
      {
        name: 'app!std::vector<int,std::allocator<int> >',
        address: '1000',
        fields: [],
      },
    ],
    [
      "app!`anonymous namespace'::Hidden 1000`2000",
      {
        name: "app!`anonymous namespace'::Hidden",
        address: '1000`2000',
        fields: [],
      },
    ],
    ['mt1 Ldr->Length 1000', { name: 'mt1', address: '1000', fields: ['Ldr->Length'] }],
  ])('%s', (text, wanted) => expect(words(text)).toEqual({ list: undefined, ...wanted }));

  it('take options anywhere', () => {
    const args = parseArguments('nt!_EPROCESS -l ActiveProcessLinks.Flink -y Ima -yoi Uni 814856f0');
    expect(args).toMatchObject({ list: 'ActiveProcessLinks.Flink', noOffsets: true, noIndent: true });
    expect(args.address).toBe('814856f0');
    expect(args.fields.map((f) => f.steps[0]?.matches('ImageFileName'))).toEqual([true, false]);
    expect(args.fields[1]?.steps[0]?.matches('UniqueProcessId')).toBe(true);
  });

  it('take numbers within options', () => {
    expect(parseArguments('-r3 X').depth).toBe(3);
    expect(parseArguments('-r X').depth).toBe(9);
    expect(parseArguments('X').depth).toBe(0);
    expect(parseArguments('-a5 X').elements).toBe(5);
    expect(parseArguments('-a X').elements).toBe(Number.POSITIVE_INFINITY);
    expect(parseArguments('-s 2 -v mod!*').size).toBe(2);
    expect(parseArguments('-s 0x10 mod!*').size).toBe(16);
    expect(parseArguments('X -a gn').fields[0]?.elements).toBe(Number.POSITIVE_INFINITY);
    expect(parseArguments('X -a gn').elements).toBeUndefined();
  });

  it('read fields with periods, stars and indexes', () => {
    const spec = (text: string) => parseArguments(`X ${text}`).fields[0];
    expect(spec('Ldr')).toMatchObject({ depth: 0 });
    expect(spec('Ldr.')).toMatchObject({ depth: 1 });
    expect(spec('Ldr..')).toMatchObject({ depth: 2 });
    expect(spec('Tail.Overlay.*')?.steps).toHaveLength(3);
    expect(spec('Segments[3]')?.steps[0]?.index).toBe(3);
    expect(spec('Ldr')?.steps[0]?.matches('LdrExtra')).toBe(false);
    expect(spec('ldr')?.steps[0]?.matches('Ldr')).toBe(true);
    // a name before a period is a prefix
    expect(spec('Ldr.')?.steps[0]?.matches('LdrExtra')).toBe(true);
    expect(spec('Free*')?.steps[0]?.matches('FreeLists')).toBe(true);
  });

  it('are refused where an option is none', () => {
    expect(() => parseArguments('-z X')).toThrow('no such option: -z');
    expect(parseArguments('-V -f X')).toMatchObject({ name: 'X', verbose: true });
    expect(() => parseArguments('-s')).toThrow('-s wants a size');
    expect(() => parseArguments('-v9! X')).toThrow('option not understood');
  });
});
