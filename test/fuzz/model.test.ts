import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StillframeError } from '../../core/errors/index.ts';
import { createEvaluator } from '../../core/eval/index.ts';
import {
  ModelEvaluator,
  numbered,
  objectValue,
  parseModel,
  signedValue,
  splitSpecifiers,
  formatOf,
  type ModelContext,
  type ModelValue,
} from '../../core/model/index.ts';
import { MACHINES } from '../../core/target/index.ts';
import { fakeEnvironment } from '../eval/fakeEnvironment.ts';

const cpp = createEvaluator(
  fakeEnvironment({
    machine: MACHINES.x64,
    registers: { rax: 1n, rsp: 0x1000n },
    modules: { m: 0x400000n },
    symbols: { 'm!a': [1n] },
  }),
);

/** Elements that a query may see before it counts as endless. */
const STEPS = 20_000;

/** A context without a process: a list of numbers, variables, and a count of the steps. */
function contextOf(): ModelContext {
  const variables = new Map<string, ModelValue>();
  let steps = 0;
  const list = objectValue(numbered(() => [3, 1, 2].map(signedValue)));
  return {
    cpp: (text, changes) => cpp.cpp(text, changes),
    natives: { text: () => undefined, elements: () => undefined, display: () => 'value' },
    root: (name) => (name === 'Debugger' ? list : undefined),
    variable: (name) => variables.get(name),
    setVariable(name, value) {
      variables.set(name, value);
      return name.startsWith('$');
    },
    breathe() {
      if (++steps > STEPS) throw new StillframeError('cancelled', 'too long');
      return undefined;
    },
  };
}

const TOKENS =
  'Debugger m x y n ( ) [ ] { } , . -> => = == != < > + - * / % & | && || ! ~ ? : "a" "\\" $"{x}" $"{ new { new{a=1} @$x @rax @$curprocess 0 1 0x10 1.5 (x)=> (x,y)=> x=> ()=> .Where( .Select( .OrderBy( .ThenBy( .GroupBy( .Flatten( .SelectMany( .Join( .Zip( .Aggregate( .Count() .First() .Take(2) .Skip(1) .Sum() .Distinct() .Reverse() .Contains( .Length .ToDisplayString( (int) (char*) sizeof( #FIELD_OFFSET( true nullptr ,x ,[2] ,! \0 \u{1f600}'
    .split(' ')
    .concat(' ');
const words = fc.array(fc.constantFrom(...TOKENS), { maxLength: 30 }).map((list) => list.join(''));
const anything = fc.oneof(words, fc.string({ unit: 'binary', maxLength: 60 }));

async function settles(text: string): Promise<void> {
  try {
    const context = contextOf();
    const { node, rest } = parseModel(text, context.cpp(text));
    for (const specifier of splitSpecifiers(rest)) formatOf(specifier);
    const value = await new ModelEvaluator(context, text).value(node);
    let left = 100;
    if (value.kind === 'object')
      for await (const item of value.object.items?.() ?? []) if (!item.key || left-- < 0) break;
  } catch (e) {
    expect(e).toBeInstanceOf(StillframeError);
  }
}

describe('expressions of dx from anywhere', () => {
  it('end in a value or an error of ours', async () => {
    await fc.assert(fc.asyncProperty(anything, settles), { numRuns: 3000, seed: 20261 });
  });

  it.each([
    ['(', ')'],
    ['-', ''],
    ['x=>', ''],
    ['new{a=', '}'],
    ['Debugger.Where(x=>', ')'],
    ['$"{', '}"'],
    ['1?1:', ''],
    ['Debugger[', ']'],
    ['1+(', ')'],
  ])('survives what is nested too deep: %s', async (open, close) => {
    for (const depth of [50, 5000]) await settles(`${open.repeat(depth)}1${close.repeat(depth)}`);
  });

  it('survives long chains', async () => {
    for (const link of ['+1', '.a', '[0]', '(1)', '.Reverse()', '&&1', ',1', '?1:1'])
      await settles(`Debugger${link.repeat(8000)}`);
  });
});
