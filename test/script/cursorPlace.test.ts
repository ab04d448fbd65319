import { describe, expect, it } from 'vitest';
import { cursorPlace } from '../../core/script/index.ts';

describe('where a line that is typed stands', () => {
  it.each([
    ['', 'command', '', []],
    ['k', 'command', 'k', []],
    ['k; !pe', 'command', '!pe', []],
    ['.if (1) { k; !pe', 'command', '!pe', []],
    ['.if (@eax == no', 'expression', '.if (@eax == no', []],
    ['.if (1) { k } .el', 'command', '.el', []],
    ['.if (1) { k } .else { !p', 'command', '!p', []],
    ['.while (poi(x', 'expression', '.while (poi(x', []],
    ['.for (r $t0 = 0; @$t0 <', 'expression', '@$t0 <', []],
    ['.for (r $t0 = 0; 1; r $', 'command', 'r $', []],
    ['.for (r $t0 = 0; 1; r $t0) { db', 'command', 'db', []],
    ['.foreach (m {lm1', 'command', 'lm1', []],
    ['.foreach /pS 1 (m {lm1m}) { !dh m; .ec', 'command', '.ec', ['m']],
    ['.foreach (a {x}) { .foreach /s (b "1 2") { k', 'command', 'k', ['a', 'b']],
    ['.foreach (a {x}) { k } ; l', 'command', 'l', []],
    ['.echo "k; !pe', 'text', '.echo "k; !pe', []],
    ['.echo "a;b"; !pe', 'command', '!pe', []],
    ['!for_each_module "k; !ch', 'command', '!ch', []],
    ['!for_each_module !ch', 'command', '!ch', []],
    ['!for_each_function -m:a -p:b* -c:.ec', 'command', '.ec', []],
    ['!list -t a.b -x "dp @$extret; .ec', 'command', '.ec', []],
    ['~*e !cl', 'command', '!cl', []],
    ['~3 e k; r', 'command', 'r', []],
    ["j 1 'k;r", 'command', 'r', []],
    ["j 1 'k' ; '", 'command', '', []],
    ['* k; !pe', 'comment', '* k; !pe', []],
    ['$$ note; !pe', 'command', '!pe', []],
    ['.block { $$ note', 'comment', '$$ note', []],
    ['$$>a<file', 'command', '$$>a<file', []],
    ['dt (a', 'command', 'dt (a', []],
    ['} ) k', 'command', '} ) k', []],
  ] as const)('%j', (line, kind, command, variables) => {
    expect(cursorPlace(line)).toEqual({ kind, command, variables });
  });
});
