import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNatvis, parseTypePattern, matchTypePattern } from '../../core/model/index.ts';
import { openLab } from '../commands/openLab.ts';
import { runLine } from '../commands/runLine.ts';
import { hasCorpus } from '../corpus.ts';

const LAB = readFileSync(new URL('../commands/natvis/lab.natvis', import.meta.url), 'utf8');

/** A few cuts, copies and foreign pieces in the lab's file. */
const mutated = fc
  .array(
    fc.record({
      at: fc.nat(LAB.length),
      drop: fc.nat(40),
      add: fc.oneof(
        fc.constantFrom(
          '<',
          '>',
          '"',
          '{',
          '}',
          '{{',
          '$i',
          '$T9',
          '<Loop>',
          '<If>',
          '</Expand>',
          '&#0;',
          'this',
          '->',
          '<Type Name="Node">',
        ),
        fc.string({ unit: 'binary', maxLength: 8 }),
      ),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((edits) =>
    edits.reduce((text, { at, drop, add }) => text.slice(0, at) + add + text.slice(at + drop), LAB),
  );

/** Expressions in place of those of the file: XML stays sound, so that they are evaluated. */
const EXPRESSIONS = [
  'this',
  '*this',
  'next',
  'value',
  'size()',
  '1/0',
  '$i',
  '(',
  'name',
  '*(int*)0',
  'twice(this)',
  'again()',
  '',
  '-1',
  '0x7fffffff',
  'self->self',
  '*this,view(x)',
];
const rewritten = fc.array(fc.constantFrom(...EXPRESSIONS), { minLength: 60, maxLength: 60 }).map((picks) => {
  let i = 0;
  const replaced = LAB.replace(/>([\w$[\] -]+)</g, (whole, expression: string) =>
    i % 3 === 0 && picks[i] !== undefined ? `>${picks[i++] ?? ''}<` : (i++, `>${expression}<`),
  );
  return replaced.replace('<Type ', '<Intrinsic Name="again" Expression="again()"/><Type ');
});

describe('NatVis files from anywhere', () => {
  it('are read, or what is wrong with them is said', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        const file = parseNatvis(text, 'f.natvis');
        expect(
          file.types.length === 0 ? file.problems.length + file.intrinsics.length : 1,
        ).toBeGreaterThanOrEqual(0);
        for (const { line } of file.problems) expect(line).toBeGreaterThan(0);
      }),
      { numRuns: 500, seed: 20262 },
    );
  });

  it('survive elements that are nested too deep', () => {
    for (const name of ['Expand', 'Synthetic', 'Loop']) {
      const deep = `<AutoVisualizer><Type Name="A">${`<${name}>`.repeat(30_000)}${`</${name}>`.repeat(30_000)}</Type></AutoVisualizer>`;
      expect(parseNatvis(deep, 'f.natvis').problems.length).toBeGreaterThan(0);
    }
  });

  it('match names or do not', () => {
    const piece = fc.array(fc.constantFrom('A', '<', '>', '*', ',', '::', ' ', '&', '(', ')', '`'), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(piece, piece, (a, b) => {
        matchTypePattern(parseTypePattern(a.join('')), b.join(''));
      }),
      { numRuns: 2000, seed: 20263 },
    );
  });

  it.skipIf(!hasCorpus)('never end a command otherwise than with lines or an error of ours', async () => {
    const engine = await openLab('x64-static-O0', 'privrw', { readsFiles: true });
    let text = LAB;
    Object.assign(engine.session.files ?? {}, { read: () => Promise.resolve(text) });
    const objects = ['*g_list_head', 'g_tree', 'g_fixed', '*g_vec', 'g_outer', 'g_packed', '*g_circle'];
    objects.push('g_shape_as_base');
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, rewritten), async (file) => {
        text = file;
        await runLine(engine, '.nvunloadall; .nvload f.natvis');
        for (const object of objects) {
          const { errors } = await runLine(engine, `dx -r2 ${object}`);
          expect(errors.filter((error) => error.startsWith('internal error'))).toEqual([]);
        }
      }),
      { numRuns: 25, seed: 20264 },
    );
  });
});
