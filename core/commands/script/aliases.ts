import { NotAvailable, UsageError } from '../../errors/index.ts';
import { Output, plain } from '../../output/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { targetText, type TextForm } from './targetText.ts';

/** Widths of al's columns. */
const NAME_WIDTH = 16;

const FORMS = ['e', 'ma', 'mu', 'msa', 'msu', 'x', 'f', 'c'] as const;
type Form = (typeof FORMS)[number];

interface AsArguments {
  readonly form?: Form;
  readonly name: string;
  /** where what the alias stands for begins in the text */
  readonly valueAt: number;
}

const PARTS = /^\s*(?:a[sS]\s*)?(?:\/([A-Za-z]+)\s+)?(\S+)[ \t]*/;
/** `${/v:Name}` is Name where an alias is set or deleted: so its own replacement is kept off ("${ }" of the manual). */
const LITERAL_NAME = /^\$\{\/v:(.*)\}$/;

function partsOf(text: string): AsArguments | undefined {
  const match = PARTS.exec(text);
  const option = match?.[1]?.toLowerCase();
  const form = FORMS.find((f) => f === option);
  if (!match || (option !== undefined && form === undefined)) return undefined;
  return { form, name: nameOf(match[2] ?? ''), valueAt: match[0].length };
}

function nameOf(text: string): string {
  return LITERAL_NAME.exec(text)?.[1] ?? text;
}

/** `as` reaches to the end of the line; with a switch, and `aS`, to a semicolon that is not in quotes around it all. */
const REACH =
  /^(?:as(?!\s+\/(?:e|ma|mu|msa|msu|x)\s)[^\n]*|aS\s+\/c\s+\S+(?:"[^"\n]*"|[^;"\n])*|a[sS](?:\s+\/\w+)?\s+\S+[ \t]*(?:"[^"\n]*")?[^;\n]*)/;

interface AliasModel {
  readonly name: string;
  readonly value: string;
}

async function define(call: Call): Promise<AliasModel> {
  const { session, args, name: command } = call;
  const parts = partsOf(args);
  if (!parts || /^\$u\d$/.test(parts.name))
    throw new UsageError(
      `${command} takes [/e /ma /mu /msa /msu /x /f /c] Name and what it stands for; r $.u0=… sets $u0 to $u9`,
    );
  const { name, form, valueAt } = parts;
  const text = args.slice(valueAt);
  const value = form === undefined ? phrase(text, command) : await valueOf(call, form, text.trim());
  session.aliases.set(name, value);
  return { name, value };
}

/** Quotes around all of what aS is given are not part of it. */
function phrase(text: string, command: string): string {
  return command === 'aS' ? (/^"([^"]*)"\s*$/.exec(text)?.[1] ?? text) : text;
}

async function valueOf({ session, execute }: Call, form: Form, text: string): Promise<string> {
  switch (form) {
    case 'x':
      return `0x${BigInt.asUintN(64, session.evaluator.evaluate(text)).toString(16)}`;
    case 'e':
      return fromEnvironment(session, text);
    case 'f': {
      if (!session.files) throw new NotAvailable(`'${text}' cannot be read: this host has no files`);
      return session.files.read(text);
    }
    case 'c': {
      let printed = '';
      const out = new Output((line) => (printed += `${plain(line)}\n`));
      const { failure } = await execute(text, out);
      out.flush();
      if (failure) throw new UsageError(`as /c: ${failure.message}`, failure.code);
      return printed;
    }
    default:
      return fromMemory(session, form, text);
  }
}

function fromEnvironment({ files }: Session, name: string): string {
  const value = files?.environment(name);
  if (value === undefined) throw new NotAvailable(`the debugger's environment has no variable '${name}'`);
  return value;
}

function fromMemory(session: Session, form: TextForm, expression: string): string {
  const address = session.evaluator.address(expression);
  const text = targetText(session, form, address);
  if (text === undefined) throw new UsageError(`Memory access error at '${expression}'`, 'memory-unreadable');
  return text;
}

export const setAlias = command<AliasModel>({
  name: 'as',
  aliases: ['aS'],
  tier: 'B',
  reach: REACH,
  syntax: [
    'as Name EquivalentLine',
    'aS Name EquivalentPhrase',
    'aS Name "EquivalentPhrase"',
    'as {/ma | /mu | /msa | /msu} Name Address',
    'as /x Name Expression',
    'as /e Name EnvironmentVariable',
    'aS /f Name File',
    'as /c Name CommandString',
  ],
  summary: 'Defines an alias: as takes the rest of the line, aS ends at a semicolon.',
  options: [
    { flag: '/x', meaning: 'the value of an expression' },
    { flag: '/ma /mu', meaning: 'the ANSI or UTF-16 text at an address, up to its NUL' },
    { flag: '/msa /msu', meaning: 'the text of an ANSI_STRING or UNICODE_STRING' },
    { flag: '/e', meaning: "a variable of the debugger's own environment" },
    { flag: '/f', meaning: 'the content of a file' },
    { flag: '/c', meaning: 'what commands print' },
  ],
  run: define,
  print: () => undefined,
  data: ({ name, value }) => ({ name, value }),
});

export const deleteAlias = command<{ readonly deleted: readonly string[] }>({
  name: 'ad',
  tier: 'B',
  syntax: ['ad [/q] Name', 'ad *'],
  summary: 'Deletes an alias, or all of them.',
  options: [{ flag: '/q', meaning: 'no error where there is none of that name' }],
  run({ session: { aliases }, args }) {
    const match = /^(\/q\s+)?(\S+)$/i.exec(args);
    if (!match) throw new UsageError('ad takes the name of an alias, or * for all');
    const name = nameOf(match[2] ?? '');
    if (name === '*') {
      const deleted = aliases.list().map(([alias]) => alias);
      aliases.clear();
      return { deleted };
    }
    const found = aliases.delete(name);
    if (!found && match[1] === undefined) throw new UsageError(`There is no alias '${name}'`, 'unresolved');
    return { deleted: found ? [name] : [] };
  },
  print: () => undefined,
  data: ({ deleted }) => ({ deleted }),
});

export const listAliases = command<readonly AliasModel[]>({
  name: 'al',
  tier: 'B',
  syntax: ['al'],
  summary: 'Lists the aliases that were defined.',
  run: ({ session }) => session.aliases.list().map(([name, value]) => ({ name, value })),
  print(aliases, out) {
    if (aliases.length === 0) {
      out.line('No aliases');
      return;
    }
    out.line('  Alias            Value  ');
    out.line(' -------          ------- ');
    for (const { name, value } of aliases) out.write(` ${name.padEnd(NAME_WIDTH)} ${value} \n`);
  },
  data: (aliases) => ({ aliases: aliases.map(({ name, value }) => ({ name, value })) }),
});
