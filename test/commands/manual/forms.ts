import { sharedJson } from '../../corpus.ts';

/** An entry of commands.json: one form that a person sees. */
export interface Form {
  readonly name: string;
  readonly tier: 'A' | 'B' | 'C' | 'X';
  readonly syntax: readonly string[];
  readonly options?: readonly string[] | null;
}

/** All forms of the debugger's manual that make sense on a dump, and those that are known not to. */
export function manualForms(): {
  readonly commands: readonly Form[];
  readonly notApplicable: readonly Form[];
} {
  return sharedJson('windbg/commands.json');
}

/**
 * A line to recognise a form by, where its name in the list is none that can be typed: patterns, idioms, and what the
 * list calls syntax. Undefined: the name itself.
 */
export const TYPED: Readonly<Record<string, string>> = {
  '? expr': '? 1',
  ';': '.echo a;.echo b',
  ENTER: 'k',
  '!rpcexts.*': '!rpcexts.help',
  'Time travel debugging extension commands': '!tt',
  'k = base stack ip': 'k = 1 2 3',
  'lm a': 'lm a 400000',
  '~Ns': '~0s',
  '~~[tid]s': '~~[1]s',
  '~*': '~*',
  '~*e': '~*e k',
  '|Ns': '|0s',
  '$><': '$><x',
  '$$>a<': '$$>a<x',
  '${ }': '.echo ${x}',
  '{ }': '.block { k }',
  '.else': '.if (0) { k } .else { k }',
  '.elsif': '.if (0) { k } .elsif (1) { k }',
  'syntax: address range': 'db 400000 L4',
  'syntax: C++ operators': '?? 1 + 1',
  'syntax: extension commands': '!ext.peb',
  'syntax: MASM operators': '? poi(0)',
  'syntax: numbers': '? 0n10',
  'syntax: pseudo-registers': '? @$peb',
  'syntax: registers': '? @eax',
  'syntax: thread specifier': '~0 k',
  'syntax: wildcards': 'x a!b*',
  'syntax: aliases': 'aS x y',
  'syntax: evaluators': '.expr',
  'syntax: MASM versus C++': '? @@c++(1)',
  'syntax: mixed expressions': '? @@(1)',
  'syntax: process specifier': '|',
  'syntax: rules': 'k',
  'syntax: script files': '$$>a<x',
  'syntax: sign extension': '? ffffffff',
  'syntax: source lines': '? `a.c:1`',
  'syntax: system specifier': '||',
};

/**
 * What a test that holds a form's output has in it, where that is not the form as it is typed. Regular expressions over
 * the text of a test file.
 */
export const EVIDENCE: Readonly<Record<string, RegExp>> = {
  ';': /\.echo a; ?/,
  ENTER: /readline|interactive|stdin|Enter/i,
  'syntax: address range': /\bL\?/,
  'syntax: C++ operators': /sizeof\(/,
  'syntax: extension commands': /!ntsdexts\.peb/,
  'syntax: MASM operators': /poi\(/,
  'syntax: numbers': /0n\d+/,
  'syntax: pseudo-registers': /@\$(?:peb|teb|t0)/,
  'syntax: registers': /@(?:eax|rax|esp|rsp)/,
  'syntax: thread specifier': /~\d+ ?[ks]|~\*/,
  'syntax: wildcards': /compileWildcard|x \w+!\w*\*/,
  'syntax: aliases': /\baS /,
  'syntax: evaluators': /\.expr\b/,
  'syntax: MASM versus C++': /@@c\+\+\(/,
  'syntax: mixed expressions': /@@\(/,
  'syntax: process specifier': /['"`]\|['"`]/,
  'syntax: rules': /\.echo "/,
  'syntax: script files': /\$\$>a?</,
  'syntax: sign extension': /ffffffff/,
  'syntax: source lines': /`\w+\.c:\d+/,
  al: /'al'/,
  '$><': /\$></,
  '$$>a<': /\$\$>a</,
  '{ }': /\.block|\{ /,
  '${ }': /\$\{@?#?\w/,
  '.else': /\.else\b/,
  '.elsif': /\.elsif\b/,
  '? expr': /['"`]\? /,
  '?': /['"`]\?['"`]/,
  'k = base stack ip': /\bk[bvn]* ?= ?/,
  'lm a': /\blm[a-z]* a /,
  '~Ns': /~\d+s|~\$\{[^}]+\}s/,
  '~~[tid]s': /~~\[/,
  '~*e !gle': /~\*e/,
  '~*': /~\*/,
  '~*k': /~\*k/,
  '!cs -l -o': /!cs -l/,
  '.excr': /\.ecxr/,
  '!ext.help': /\.help|!help/,
  '!help': /\.help|!help/,
  '!address -f:': /!address -f/,
};
