import { describe, expect, it } from 'vitest';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

const LAB = 'x64-static-O0';

/** Without the first line, which repeats the expression; of one value what stands behind the colon. */
async function lines(command: string): Promise<readonly string[]> {
  const { lines, errors } = await runLine(await openLab(LAB), command);
  if (errors.length > 0) return errors;
  return lines.map((line) => line.trimEnd());
}

async function one(expression: string): Promise<string> {
  const [line = ''] = await lines(`dx ${expression}`);
  return line.startsWith(expression) ? line.slice(expression.length).replace(/^ *: /, '') : line;
}

describe.skipIf(!hasCorpus)('expressions of dx', () => {
  // forms and values of the manual's pages on dx and on LINQ with the debugger objects
  it.each([
    ['((x, y) => (x + y))(5, 7)', '12'],
    ['((x, y) => (x + y))("Hello", "World")', 'HelloWorld'],
    ['(10).ToDisplayString("d")', '10'],
    ['(10).ToDisplayString("x")', '0xa'],
    ['(10).ToDisplayString("o")', '012'],
    ['(10).ToDisplayString("b")', '0y1010'],
    ['"abc".Length', '0x3'],
    ['"abcabc".IndexOf("ca")', '2'],
    ['"abcabc".LastIndexOf("bc")', '4'],
    ['"abcdef".Substring(2, 3)', 'cde'],
    ['"abcdef".Remove(1, 2)', 'adef'],
    ['"a.b.c".Replace(".", "::")', 'a::b::c'],
    ['"ab".PadLeft(4) + "|" + "ab".PadRight(4) + "|"', '  ab|ab  |'],
    ['"abc" == "abc" && "abc" < "abd"', 'true'],
    ['1 < 2 ? "yes" : "no"', 'yes'],
    ['$"{1 + 2} {{x}}"', '3 {x}'],
    ['(1 << 4) | 3', '19'],
    ['(char)65', "65 'A' [Type: char]"],
    ['@$nothing', "Error: Unable to bind name '@$nothing'"],
    ['nothing', "Error: Unable to bind name 'nothing'"],
    ['@$curprocess.Nothing', "Error: Unable to bind name 'Nothing'"],
    ['"abc".Nothing', "Error: Unable to bind name 'Nothing'"],
  ])('%s', async (expression, expected) => expect(await one(expression)).toBe(expected));

  it('makes objects of its own', async () => {
    expect(await lines('dx -r1 new { MyInt = 42, MyString = "Hello World" }')).toEqual([
      'new { MyInt = 42, MyString = "Hello World" }',
      '    MyInt            : 42',
      '    MyString         : Hello World',
    ]);
  });

  it('keeps variables until they are removed', async () => {
    expect(await one('@$String1 = "Test String"')).toBe('Test String');
    expect(await lines('dx Debugger.State.UserVariables')).toContain('    String1          : Test String');
    expect(await one('@$vars.Remove("String1")')).toBe('true');
    expect(await one('@$String1')).toBe("Error: Unable to bind name '@$String1'");
    await lines('dx @$twice = (x) => x * 2');
    expect(await one('@$twice(21)')).toBe('42');
  });

  it('stops a lambda that calls itself for ever', async () => {
    await lines('dx @$again = (n) => @$again(n)');
    expect(await one('@$again(1)')).toBe('Error: Calls are nested too deep');
  });

  it('runs commands, each once', async () => {
    const run = 'Debugger.Utility.Control.ExecuteCommand';
    expect(await one(`${run}("r $t3 = @$t3 + 1; .printf \\"%d\\\\n\\", @$t3").First()`)).toBe('1');
    expect(await one('(int)@$t3')).toBe('1 [Type: int]');
  });
});

describe.skipIf(!hasCorpus)('methods of lists', () => {
  // g_numbers is { 1, 1, 2, 3, 5, 8, 13, 21 }: RuntimeTest's source, and `globals` of truth.json names it
  it.each([
    ['g_numbers.Count()', '0x8'],
    ['g_numbers.Count(n => n > 3)', '0x4'],
    ['g_numbers.Where(n => n > 3).Sum()', '47'],
    ['g_numbers.Sum(n => n * 2)', '108'],
    ['g_numbers.Min()', '1 [Type: int]'],
    ['g_numbers.Max(n => -n)', '-1'],
    ['g_numbers.Average()', '6.75'],
    ['g_numbers.First()', '1 [Type: int]'],
    ['g_numbers.First(n => n > 4)', '5 [Type: int]'],
    ['g_numbers.Last()', '21 [Type: int]'],
    ['g_numbers.Last(n => n < 4)', '3 [Type: int]'],
    ['g_numbers.Single(n => n == 8)', '8 [Type: int]'],
    ['g_numbers.Single(n => n == 1)', 'Error: Single: the collection has more than one element'],
    ['g_numbers.First(n => n > 100)', 'Error: First: the collection has no such element'],
    ['g_numbers.Any(n => n == 13)', 'true'],
    ['g_numbers.All(n => n > 1)', 'false'],
    ['g_numbers.Contains(13)', 'true'],
    ['g_numbers.Contains(14)', 'false'],
    ['g_numbers.Aggregate((a, b) => a + b)', '54'],
    ['g_numbers.Aggregate(100, (a, b) => a + b)', '154'],
    ['g_numbers.SequenceEqual(g_numbers)', 'true'],
    ['g_numbers.SequenceEqual(g_numbers.Reverse())', 'false'],
    ['g_numbers.Skip(2).Take(3).Sum()', '10'],
    ['g_numbers.SkipWhile(n => n < 5).First()', '5 [Type: int]'],
    ['g_numbers.TakeWhile(n => n < 5).Count()', '0x4'],
    ['g_numbers.Distinct().Count()', '0x7'],
    ['g_numbers.Union(Debugger.Utility.Collections.CreateArray(1, 99)).Count()', '0x8'],
    ['g_numbers.Intersect(Debugger.Utility.Collections.CreateArray(1, 99)).Count()', '0x1'],
    ['g_numbers.Except(Debugger.Utility.Collections.CreateArray(1, 2)).Count()', '0x5'],
    ['g_numbers.Concat(g_numbers).Count()', '0x10'],
    ['g_numbers.Zip(g_numbers.Skip(1), (a, b) => b - a).Max()', '8'],
    [
      'g_numbers.Select(n => n.Nothing).FirstNonError()',
      'Error: FirstNonError: the collection has no such element',
    ],
    ['g_numbers.OrderBy(n => n % 3).ThenByDescending(n => n).First()', '21 [Type: int]'],
    ['g_numbers.OrderBy(n => n, (a, b) => b - a).First()', '21 [Type: int]'],
    ['g_numbers.Where(3)', 'Error: A function object is expected'],
  ])('%s', async (expression, expected) => {
    const shown = await one(expression);
    if (!expected.startsWith('Error')) expect(shown).toBe(expected);
    else expect((await lines(`dx ${expression}`)).join('\n')).toContain(expected.replace('Error: ', ''));
  });

  it('groups, joins and flattens', async () => {
    expect(await lines('dx -r2 g_numbers.GroupBy(n => n % 3).Select(g => g.Count())')).toEqual([
      'g_numbers.GroupBy(n => n % 3).Select(g => g.Count())',
      '    [1]              : 0x3',
      '    [2]              : 0x3',
      '    [0]              : 0x2',
    ]);
    expect(
      await one(
        'g_numbers.Join(g_outer.arr, n => n, i => i.a + 1, (n, i) => new { N = n, A = i.a }).Count()',
      ),
    ).toBe('0x2');
    // three objects of the tree hang below g_tree
    const truth = sharedJson<{ globals: { name: string; value: string }[] }>(
      `corpus/lab/${LAB}/truth.json.gz`,
    );
    expect(truth.globals.some((g) => g.name === 'g_tree')).toBe(true);
    const nodes =
      'Debugger.Utility.Collections.CreateArray(g_tree).Flatten(n => Debugger.Utility.Collections.CreateArray(n->left, n->right).Where(c => c != 0))';
    const keys = (await lines(`dx ${nodes}.Select(n => n->key).OrderBy(k => k)`)).slice(1);
    expect(keys.length).toBeGreaterThan(3);
    const numbers = keys.map((line) => Number(/: (-?\d+)/.exec(line)?.[1]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('draws grids', async () => {
    // borders and gaps as in the manual's pages on queries and time travel
    expect(await lines('dx -g g_outer.arr')).toEqual([
      '========================================',
      '=        = a       = b     = c         =',
      '========================================',
      "= [0]    - 0       - 0     - 97 'a'    =",
      "= [1]    - 1000    - -1    - 98 'b'    =",
      "= [2]    - 2000    - -2    - 99 'c'    =",
      '========================================',
    ]);
    expect((await lines('dx -gc 8 @$curprocess.Modules.Select(m => new { Name = m.Name })'))[3]).toBe(
      '= [0x0]    - Z:\\la...    =',
    );
  });

  it('shows so many elements and says that there are more', async () => {
    expect(await lines('dx g_numbers,2')).toEqual([
      'g_numbers,2                 [Type: int [8]]',
      '    [0]              : 1 [Type: int]',
      '    [1]              : 1 [Type: int]',
      '    [...]',
    ]);
    expect((await lines('dx -c 6 g_numbers')).slice(1)).toEqual([
      '    [6]              : 13 [Type: int]',
      '    [7]              : 21 [Type: int]',
    ]);
  });
});
