import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { AliasTable, cursorPlace, expandAliases, parseProgram } from '../../core/script/index.ts';

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

  it('say where their end stands, whatever they are', () => {
    fc.assert(
      fc.property(fc.oneof(program, fc.string({ unit: 'binary', maxLength: 80 })), (text) => {
        const { command, kind, variables } = cursorPlace(text);
        expect(['command', 'expression', 'text', 'comment']).toContain(kind);
        // what is completed is the end of the line, but for escaped quotes within quotes
        expect(text.replaceAll('\\"', "'").endsWith(command.replaceAll('\\"', "'"))).toBe(true);
        expect(variables.every((name) => text.includes(name))).toBe(true);
      }),
      { numRuns: 3000, seed: 20243 },
    );
  });

  it.each([
    ['{ ', ' }'],
    ['.block { ', ' }'],
    ['.if (1) { ', ' }'],
    ['.catch { ', ' }'],
    ['.for (r $t0 = 0; @$t0 < 1; r $t0 = 1) { ', ' }'],
    ['.foreach /s (t "a") { ', ' }'],
    ['.foreach (t { ', ' }) { .echo t }'],
    ['.do { ', ' } (0)'],
    ["j 1 '", "' ; ''"],
    ['~*e ', ''],
    ['!for_each_thread "', '"'],
  ])('nested two thousand deep in %j come to an end', async (open, close) => {
    const engine = await Engine.open(new BufferSource(readFileSync(SAMPLE), 'sample.dmp'));
    for (const depth of [50, 2_000]) {
      const text = `${open.repeat(depth)}.echo x${close.repeat(depth)}`;
      const results = await engine.execute(text, { line: () => undefined }, AbortSignal.timeout(300));
      expect(results.filter((r) => r.error?.code === 'internal')).toEqual([]);
      cursorPlace(open.repeat(depth));
    }
  });

  it('format whatever they are given', async () => {
    const engine = await Engine.open(new BufferSource(readFileSync(SAMPLE), 'sample.dmp'));
    const parts = fc.constantFrom(
      ...[
        '%',
        '%%',
        '%d',
        '%I64x',
        '%08x',
        '%-8p',
        '%ma',
        '%mu',
        '%msa',
        '%msu',
        '%y',
        '%ly',
        '%N',
        '%c',
        '%s',
        '%f',
      ],
      ...[
        '%.3lf',
        '%4096x',
        '%99999x',
        '%.*d',
        '%llu',
        '%hhd',
        '\\n',
        '\\x41',
        '\\0',
        '\\"',
        'text',
        '<b>',
        '</b>',
        '<link cmd=',
      ],
    );
    const values = fc.constantFrom(
      '@$ip',
      '@$peb',
      '0',
      '-1',
      'poi(@$teb)',
      '@@c++(1.5)',
      'cart',
      '1/0',
      '"x"',
      '(',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(parts, { maxLength: 8 }),
        fc.array(values, { maxLength: 8 }),
        fc.constantFrom('', '/D ', '/od ', '/D /ow '),
        async (format, args, option) => {
          const line = `.printf ${option}"${format.join('')}"${args.map((a) => `, ${a}`).join('')}`;
          const results = await engine.execute(line, { line: () => undefined });
          expect(results.filter((r) => r.error?.code === 'internal')).toEqual([]);
        },
      ),
      { numRuns: 500, seed: 20244 },
    );
  });

  it('expand aliases that name each other, once', async () => {
    const engine = await Engine.open(new BufferSource(readFileSync(SAMPLE), 'sample.dmp'));
    const names = fc.constantFrom(
      'a',
      'b',
      'c',
      '${a}',
      '${/d:b}',
      '${/v:c}',
      '$u0',
      '${',
      '}',
      ';',
      '.echo',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(names, { maxLength: 6 }), { maxLength: 4 }), async (texts) => {
        engine.session.aliases.clear();
        texts.forEach((text, i) => engine.session.aliases.set('abc'[i] ?? 'd', text.join(' ')));
        engine.session.aliases.setFixed(0, texts[0]?.join(' ') ?? '');
        for (const line of ['a', '.block { a ; b }', '.echo ${a}${b}', '.foreach (a {al}) { c }']) {
          const results = await engine.execute(line, { line: () => undefined }, AbortSignal.timeout(500));
          expect(results.filter((r) => r.error?.code === 'internal')).toEqual([]);
        }
      }),
      { numRuns: 100, seed: 20245 },
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
