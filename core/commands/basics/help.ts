import { UsageError } from '../../errors/index.ts';
import type { Output } from '../../output/index.ts';
import { command, type Command } from '../command.ts';
import { HELP_EXAMPLES } from './helpExamples.ts';

/** The names .help groups by: sign and first letter count, as in the manual's own index. */
function sorted(commands: readonly Command[]): Command[] {
  return [...commands].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

function printOne(c: Command, out: Output): void {
  for (const form of c.syntax) out.line(form);
  out.line(`    ${c.summary}`);
  const width = Math.max(
    OPTION_WIDTH,
    ...(c.options ?? []).map(({ flag }) => Math.min(flag.length, MOST_WIDTH)),
  );
  for (const { flag, meaning } of c.options ?? []) out.line(`    ${flag.padEnd(width)} ${meaning}`);
  const others = c.aliases.filter((name) => !c.syntax.some((form) => form.startsWith(name)));
  if (others.length > 0) out.line(`    Also: ${others.join(' ')}`);
  for (const [i, example] of (HELP_EXAMPLES[c.name] ?? []).entries())
    out.line(i === 0 ? '    For example: ' : '                 ', { text: example, kind: 'symbol' });
}

/** Columns of the flags, unless one is longer; and what longer ones make of it at most. */
const OPTION_WIDTH = 14;
const MOST_WIDTH = 24;
/** the longest names have 19 characters */
const NAME_WIDTH = 20;

/** `/D` asks for links, `-v` for more words: there are no others here. */
function nameIn(args: string): string {
  return args.replace(/^(?:\/D|-v)(?:\s+|$)/, '');
}

function one(c: Command) {
  const { name, syntax, summary, options } = c;
  const examples = HELP_EXAMPLES[name];
  return { name, syntax, summary, ...(options && { options }), ...(examples && { examples }) };
}

/** Shows one command's help, or the list. The registry is the only source of both. */
export const help = command({
  name: '.help',
  aliases: ['!help', '.hh', '!ext.help'],
  tier: 'B',
  syntax: ['.help', '.help Command', 'Command -?'],
  summary: 'Lists the commands, or explains one.',
  run: ({ session, args }) => {
    const name = nameIn(args);
    if (name === '') return sorted(session.registry.commands);
    // of an extension's command the sign is often left out
    const found = session.registry.get(name) ?? session.registry.get(`!${name}`);
    if (!found) throw new UsageError(`No command or extension is called '${name}'`, 'unknown-command');
    return [found];
  },
  print: (commands, out, { args }) => {
    const [only] = commands;
    if (nameIn(args) !== '' && only) printOne(only, out);
    else
      for (const c of commands)
        out.line({ text: c.name.padEnd(NAME_WIDTH), command: `.help ${c.name}` }, c.summary);
  },
  data: (commands) => ({ commands: commands.map(one) }),
});
