import { describe, expect, it } from 'vitest';
import { parseProgram, type Extent, type Statement } from '../../core/script/index.ts';

function extentOf(text: string): Extent {
  if (/^(?:\*|~\*e|as )/.test(text)) return 'line';
  return /^(?:\.echo|\$\$)[^;\n]*/.exec(text)?.[0].length ?? 'command';
}

function read(text: string): readonly Statement[] {
  return parseProgram(text, extentOf);
}

/** Kinds and texts, the short way. */
function shape(text: string): string[] {
  return read(text).map((s) => (s.kind === 'command' ? s.text : `${s.kind}: ${s.text}`));
}

describe('the statements of a program', () => {
  it.each<[string, string[]]>([
    ['k;r', ['k', 'r']],
    [';; k ;\n r;', ['k', 'r']],
    ['.printf "a;b";q', ['.printf "a;b"', 'q']],
    ['.echo it\'s 5" wide; .echo 6" wide', ['.echo it\'s 5" wide', '.echo 6" wide']],
    ['.printf "unended; q', ['.printf "unended; q']],
    ['~*e r; k\nlm', ['~*e r; k', 'lm']],
    ['* all; of this\nk', ['* all; of this', 'k']],
    ['$$ to here; k', ['$$ to here', 'k']],
    ['.if (1) { k; r };q', ['if: .if (1) { k; r }', 'q']],
    ['.if(@eax>1){k}.else{r}', ['if: .if(@eax>1){k}.else{r}']],
    ['.if (1) {k}\n.elsif (2)\n{r}\n.else\n{lm}\nq', ['if: .if (1) {k}\n.elsif (2)\n{r}\n.else\n{lm}', 'q']],
    ['.for (r $t0=0; @$t0<5; r $t0=@$t0+1) {k}', ['for: .for (r $t0=0; @$t0<5; r $t0=@$t0+1) {k}']],
    ['.if (@$t0==2) .break ; k', ['if: .if (@$t0==2) .break', 'k']],
    [
      '.if (1) and (2) .continue .elsif (3) .LEAVE .else {r};k',
      ['if: .if (1) and (2) .continue .elsif (3) .LEAVE .else {r}', 'k'],
    ],
    ['.if\n.for\n.break\n.continue', ['fault: .if', 'fault: .for', 'break: .break', 'continue: .continue']],
    ['.while (1) { .break } ; k', ['while: .while (1) { .break }', 'k']],
    ['.do { k } (0); r', ['do: .do { k } (0)', 'r']],
    [
      '.foreach /pS 2 /ps 1 (a {lm1m}) {.echo a}; k',
      ['foreach: .foreach /pS 2 /ps 1 (a {lm1m}) {.echo a}', 'k'],
    ],
    ['.block{k};.catch{r}', ['block: .block{k}', 'catch: .catch{r}']],
    ["j (1) 'k; r'; 'lm'; q", ["j: j (1) 'k; r'; 'lm'; q"]],
    ['r; k; z(@eax<8); lm', ['z: r; k; z(@eax<8)', 'lm']],
    ['k\nr; z(0)', ['k', 'z: r; z(0)']],
    ['k; z(0); r; z(1)', ['z: k; z(0); r; z(1)']],
    ['.block { $$ it is } } ', ['block: .block { $$ it is }', '}']],
    [
      '.block {\n* a { brace } in "a comment;\nk\n}; r',
      ['block: .block {\n* a { brace } in "a comment;\nk\n}', 'r'],
    ],
  ])('%j', (text, expected) => {
    expect(shape(text)).toEqual(expected);
  });

  it('keeps what stands before a fault, and says where it is', () => {
    expect(read('k; .if (1) k')).toMatchObject([
      { kind: 'command', text: 'k' },
      { kind: 'fault', message: "Syntax error at '(1) k'" },
    ]);
    expect(read('.else {k}')).toMatchObject([{ kind: 'fault', message: "Syntax error at '.else {k}'" }]);
    expect(read('.while (1) { k')).toMatchObject([{ kind: 'fault', message: "Syntax error at '{ k'" }]);
  });

  it('takes a loop apart, quotes and brackets heeded', () => {
    const [loop] = read('.for (.printf "a;)"; $scmp("(;", @x) and (1); r $t0=1; k) { .echo x }');
    expect(loop).toMatchObject({
      initial: { text: '.printf "a;)"' },
      condition: '$scmp("(;", @x) and (1)',
      increment: { text: ' r $t0=1; k' },
      body: { text: ' .echo x ', expands: true },
    });
  });

  it('reads where the tokens of .foreach come from', () => {
    expect(read('.foreach /s (t "a b c") {r}')[0]).toMatchObject({
      variable: 't',
      source: { kind: 'text', text: 'a b c' },
    });
    expect(read('.foreach /f ( t "c:\\x y.txt") {r}')[0]).toMatchObject({
      source: { kind: 'file', path: 'c:\\x y.txt' },
    });
    expect(read('.foreach (t{ k; r }) {r}')[0]).toMatchObject({
      variable: 't',
      source: { kind: 'commands', commands: { text: ' k; r ' } },
    });
  });
});
