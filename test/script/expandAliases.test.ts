import { describe, expect, it } from 'vitest';
import { AliasTable, expandAliases } from '../../core/script/index.ts';

function table(): AliasTable {
  const aliases = new AliasTable((name) => (name === '$ntsym' ? 'ntdll' : undefined));
  aliases.set('Short', 'usersrv!Name');
  aliases.set('GoUp', 'r eax=eax+1; r ebx=ebx+1');
  aliases.set('one', 'two');
  aliases.set('two', '2');
  aliases.setFixed(0, '7');
  return aliases;
}

// each rule as "Using Aliases" and "${ } (Alias Interpreter)" of the manual state it
describe('aliases', () => {
  it.each([
    ['dw Short +8', 'dw usersrv!Name +8'],
    ['dw Short+8', 'dw Short+8'],
    ['dw ${Short}+8', 'dw usersrv!Name+8'],
    ['GoUp;GoUp', 'r eax=eax+1; r ebx=ebx+1;r eax=eax+1; r ebx=ebx+1'],
    ['.echo "Short"', '.echo "usersrv!Name"'],
    ['.echo short', '.echo short'],
    ['? one', '? two'],
    ['? $u0+1 and 3$u0$u1', '? 7+1 and 37'],
    ['r $.u0=7+$u0', 'r $.u0=7+7'],
    ['${/d:Short} ${/d:none}', '1 0'],
    ['<${/f:Short}> <${/f:none}>', '<usersrv!Name> <>'],
    ['${/n:Short} ${/n:none}', 'Short ${/n:none}'],
    ['${/v:Short} ${none}', '${/v:Short} ${none}'],
    ['as Short two', 'as Short two'],
    ['ad Short; ? two', 'ad Short; ? two'],
    ['as x $u0', 'as x 7'],
    [';as x two', ';as x 2'],
    [' as x two', ' as x 2'],
    ['dt $ntsym!_PEB; dt ${$ntsym}!_TEB', 'dt ntdll!_PEB; dt ntdll!_TEB'],
    ['$ntsym', 'ntdll'],
  ])('%j is %j', (text, expanded) => {
    expect(expandAliases(text, table())).toBe(expanded);
  });

  it('lets the names of a running command go before', () => {
    const variables = new Map([['Short', 'token']]);
    expect(expandAliases('Short ${Short} ${/d:Short}', table(), variables)).toBe('token token 1');
  });
});
