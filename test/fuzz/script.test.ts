import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { AliasTable, expandAliases, parseProgram } from '../../core/script/index.ts';

const SAMPLE = resolve(import.meta.dirname, '../../dumps/sample.dmp');

const PIECES = [
  ...'.if .elsif .else .for .foreach .while .do .block .catch .break .continue .leave j z( ( ) { } ; ; ; \n " \' \\ $$ * , 0 1'.split(
    ' ',
  ),
  ...[
    '(1) {',
    '(0) {',
    '(t {lm1m}) {',
    '/s (t "a b") {',
    '/pS 1 ',
    '} (0)',
    '(r $t0=0; @$t0<2; r $t0=@$t0+1) {',
  ],
  ...[
    '.echo t',
    '.echo ${t}',
    'as x ',
    'aS x t',
    'ad *',
    'al',
    'r $.u0=',
    '$u0',
    '${/v:x}',
    '${/d:x}',
    '${',
    'x',
    't',
  ],
  ...['? 1', '? nosuch', '.printf "%d %ma %y\\n", 1', '~*e ', 'r $t0=@$t0+1', '@@c++(', '@$t0', '\u{1f600}'],
];
const program = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 30 })
  .chain((list) => fc.constantFrom('', ' ').map((glue) => list.join(glue)));

describe('programs from anywhere', () => {
  it('are read whole: every statement is a piece of the text, in order', () => {
    const aliases = new AliasTable();
    aliases.set('x', '.echo "');
    fc.assert(
      fc.property(fc.oneof(program, fc.string({ unit: 'binary', maxLength: 80 })), (text) => {
        expandAliases(text, aliases);
        let at = 0;
        for (const statement of parseProgram(text, () => 'command')) {
          const found = text.indexOf(statement.text, at);
          expect(found).toBeGreaterThanOrEqual(at);
          at = found + statement.text.length;
        }
      }),
      { numRuns: 3000, seed: 20241 },
    );
  });

  it('run to an end or until they are stopped, and no fault is the engine’s own', async () => {
    const engine = await Engine.open(new BufferSource(readFileSync(SAMPLE), 'sample.dmp'));
    await fc.assert(
      fc.asyncProperty(program, async (text) => {
        engine.session.aliases.clear();
        engine.session.ended = false;
        const stop = AbortSignal.timeout(150);
        const results = await engine.execute(text, { line: () => undefined }, stop);
        expect(results.filter((r) => r.error?.code === 'internal')).toEqual([]);
      }),
      { numRuns: 300, seed: 20242 },
    );
  });

  it.each([
    '{',
    '(',
    '"',
    '\\"',
    "'",
    '.if (',
    '.block {',
    '$$ {',
    'z(1)',
    'k;z(0);',
    '.foreach (t {',
    "j 1 '",
  ])('a long row of %j takes no long time', (piece) => {
    const statements = parseProgram(piece.repeat(20_000), () => 'command');
    expect(statements.length).toBeGreaterThan(0);
  });
});
