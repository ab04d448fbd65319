import { describe, expect, it } from 'vitest';
import { matchTypePattern, parseNatvis, parseTypePattern } from '../../core/model/index.ts';

const match = (pattern: string, name: string) => matchTypePattern(parseTypePattern(pattern), name);

describe('names of types', () => {
  // "Templated classes" of Visual Studio's page on NatVis
  it.each([
    ['CDog', 'CDog', []],
    ['CDog', 'CDog2', undefined],
    [
      'ATL::CAtlArray<*>',
      'ATL::CAtlArray<int,ATL::CElementTraits<int> >',
      ['int', 'ATL::CElementTraits<int>'],
    ],
    ['std::vector<*,*>', 'std::vector<int,std::allocator<int> >', ['int', 'std::allocator<int>']],
    ['std::vector<bool,*>', 'std::vector<int,std::allocator<int> >', undefined],
    ['std::map<*>::node<*>', 'std::map<int,char>::node<long>', ['int', 'char', 'long']],
    ['A<*>', 'A<int *>', ['int*']],
    ['A<int *>', 'A<int *>', []],
    ['A<unsigned int>', 'A<unsigned int>', []],
    ['A<*>', 'A<B<int,C<3> >,unsigned char>', ['B<int,C<3>>', 'unsigned char']],
    ['A<*>', 'A', undefined],
    ['A<*', 'A<int>', undefined],
  ])('%s of %s', (pattern, name, captures) => expect(match(pattern, name)).toEqual(captures));
});

describe('what is wrong with a file', () => {
  const problems = (text: string) =>
    parseNatvis(text, 'a.natvis').problems.map(({ line, message }) => `${line}: ${message}`);

  it('is said with its line', () => {
    expect(problems('<AutoVisualizer>\n <Type Name="A">\n  <Dsiplay/>\n </Type>\n</AutoVisualizer>')).toEqual(
      ['3: Dsiplay is not known and is left out'],
    );
    expect(problems('<AutoVisualizer>\n <Type/>\n</AutoVisualizer>')).toEqual(['2: a Type without Name']);
    expect(problems('<Something/>')).toEqual(['1: the root element is not AutoVisualizer']);
    expect(problems('<AutoVisualizer>\n<Type>\n')[0]).toMatch(/^2: Missing end tag/);
    expect(problems('')[0]).toMatch(/^1: /);
    // a byte-order mark is no column of the first line
    expect(problems('\ufeff<AutoVisualizer>\n<Type/>\n</AutoVisualizer>')).toEqual([
      '2: a Type without Name',
    ]);
  });

  it('is an Else that no If comes before', () => {
    const list = (body: string): string =>
      `<AutoVisualizer><Type Name="A"><Expand><CustomListItems>${body}</CustomListItems></Expand></Type></AutoVisualizer>`;
    const If = '<If Condition="a"><Break/></If>';
    expect(problems(list(`${If}<Elseif Condition="b"/><Else/>`))).toEqual([]);
    expect(problems(list(`${If}<Break/><Else/>`))).toEqual(['1: Else without If']);
    expect(problems(list('<Elseif Condition="b"/>'))).toEqual(['1: Elseif without If']);
  });

  it('is no entity of a document type: nothing is expanded or fetched', () => {
    const bomb =
      '<!DOCTYPE a [<!ENTITY x "yyyyyyyyyy"><!ENTITY f SYSTEM "file:///etc/passwd">]>' +
      '<AutoVisualizer><Type Name="A"><DisplayString>&x;&f;</DisplayString></Type></AutoVisualizer>';
    const file = parseNatvis(bomb, 'a.natvis');
    expect(JSON.stringify(file)).not.toContain('yyyy');
    expect(file.types).toEqual([]);
    expect(file.problems.length).toBe(1);
  });
});
