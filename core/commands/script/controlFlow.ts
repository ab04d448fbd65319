import { UsageError } from '../../errors/index.ts';
import { command, type Command } from '../command.ts';

/** Names of the language's own words, how they are written, what they do. */
const TOKENS: readonly (readonly [
  name: string,
  syntax: string,
  summary: string,
  aliases?: readonly string[],
])[] = [
  [
    '.if',
    '.if (Condition) { Commands } .elsif (Condition) { Commands } .else { Commands }',
    'Runs the block of the first condition that is not zero.',
    ['.elsif', '.else'],
  ],
  [
    '.for',
    '.for (InitialCommand ; Condition ; IncrementCommands) { Commands }',
    'Repeats a block while a condition is not zero.',
  ],
  ['.while', '.while (Condition) { Commands }', 'Repeats a block while a condition is not zero.'],
  [
    '.do',
    '.do { Commands } (Condition)',
    'Repeats a block, which runs once at least, while a condition is not zero.',
  ],
  [
    '.foreach',
    '.foreach [/pS First] [/ps Skip] [/s | /f] (Variable { InCommands }) { OutCommands }',
    'Runs a block for each word that commands print, of a text (/s) or of a file (/f).',
  ],
  ['.break', '.break', 'Leaves the loop around it.'],
  ['.continue', '.continue', 'Goes on with the next turn of the loop around it.'],
  ['.block', '.block { Commands }', 'Runs a block: aliases are replaced when it is entered.'],
  ['.catch', '.catch { Commands }', 'Runs a block; an error in it ends the block and not the program.'],
  ['.leave', '.leave', 'Leaves the .catch block around it.'],
  [
    'j',
    "j Expression 'Commands' ; 'Commands'",
    'Runs the first commands where an expression is not zero, else the second.',
  ],
  [
    'z',
    'Commands ; z(Expression)',
    'Repeats what stands before it on the line while an expression is not zero.',
  ],
];

const FOREACH_OPTIONS = [
  { flag: '/pS First', meaning: 'leaves out so many words at first' },
  { flag: '/ps Skip', meaning: 'leaves out so many behind each word that is used' },
  { flag: '/s', meaning: 'the words of a text: (Variable "a b c")' },
  { flag: '/f', meaning: 'the words of a file: (Variable "file.txt")' },
  { flag: '${Variable}', meaning: 'stands for the word where no blanks are around it' },
] as const;

/** Control flow belongs to the language, not to the commands; these entries are its help and its completion. */
export const controlFlow: readonly Command[] = TOKENS.map(([name, syntax, summary, aliases = []]) =>
  command<never>({
    name,
    aliases,
    tier: name === 'j' || name === 'z' ? 'C' : 'B',
    syntax: [syntax],
    summary,
    options: name === '.foreach' ? FOREACH_OPTIONS : undefined,
    run({ name: word, args }) {
      throw new UsageError(`Syntax error at '${`${word} ${args}`.trim()}': ${syntax}`, 'syntax');
    },
    print: () => undefined,
  }),
);
