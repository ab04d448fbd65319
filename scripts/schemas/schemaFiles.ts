import { SCHEMA_VERSION } from '../../cli/jsonLines.ts';
import type { Command } from '../../core/commands/index.ts';
import { answeredCommands } from '../../core/commands/answered/index.ts';
import { memoryCommands } from '../../core/commands/memory/index.ts';
import { allCommands } from '../../core/engine/index.ts';
import { commandTypes, type CommandTypes } from './commandTypes.ts';
import type { JsonSchema } from './jsonSchema.ts';
import { typeSchema } from './typeSchema.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const URN = `urn:stillframe:schema:${SCHEMA_VERSION}`;

/** The command that does what the last display did. */
const REPEATS = 'd';

/** Where the one schema of the commands lies that only answer. */
const ANSWERED = 'commands/answered.json';

/** What stands in a file's name for signs that file systems refuse, or take for others. */
const SIGNS: Readonly<Record<string, string>> = {
  '!': 'bang',
  '.': 'dot',
  '?': 'question',
  '~': 'tilde',
  '|': 'bar',
  '*': 'star',
  $: 'dollar',
  ';': 'semicolon',
  '<': 'less',
  '>': 'greater',
  '#': 'hash',
  '+': 'plus',
  '-': 'minus',
  '{': 'open',
  '}': 'close',
  '@': 'at',
  '=': 'equals',
};

/** What the index has of a command with data. */
interface IndexEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly schema: string;
}

/**
 * All files of the schemas by their path within the version's folder: one for the data of each command, those of the
 * lines that carry it, and an index. Throws where a command's data has no type, or one that admits anything.
 */
export function schemaFiles(): ReadonlyMap<string, JsonSchema | object> {
  const types = commandTypes();
  const commands = allCommands.filter((c) => c.hasData).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const files = new Map<string, JsonSchema | object>();
  for (const command of commands)
    if (!isAnswered(command.name)) files.set(pathOf(command.name), commandSchema(command, types));
  files.set(ANSWERED, answeredSchema(types));
  for (const [path, schema] of lineSchemas(commands, types)) files.set(path, schema);
  const entries = commands.map(({ name, aliases }): IndexEntry => ({ name, aliases, schema: pathOf(name) }));
  files.set('index.json', {
    schemaVersion: SCHEMA_VERSION,
    line: 'line.json',
    program: 'program.json',
    triage: 'triage.json',
    triageSummary: 'triageSummary.json',
    commands: entries,
  });
  return files;
}

/** Names of the table that a family implements by now are that family's. */
function isAnswered(name: string): boolean {
  return answeredCommands.some((c) => c.name === name && allCommands.includes(c));
}

/** `commands/bang-heap.json`; letters in upper case are told by words, since not all file systems keep them apart. */
function pathOf(name: string): string {
  return isAnswered(name) ? ANSWERED : `commands/${slug(name)}.json`;
}

function slug(name: string): string {
  const words = [...name].map((c) => {
    const sign = SIGNS[c];
    if (sign !== undefined) return `-${sign}-`;
    if (/[A-Z]/.test(c)) return `-upper-${c.toLowerCase()}-`;
    if (/[a-z0-9_]/.test(c)) return c;
    throw new Error(`${name}: no word is known that stands for ${c}`);
  });
  return words.join('').replace(/-+/g, '-').replace(/^-|-$/g, '');
}

function idOf(path: string): string {
  return `${URN}:${path.replace(/\.json$/, '').replace('/', ':')}`;
}

function commandSchema({ name, summary }: Command, types: CommandTypes): JsonSchema {
  return {
    $schema: DIALECT,
    $id: idOf(pathOf(name)),
    title: name,
    description: summary,
    ...dataSchema(name, types),
  };
}

/** Of all that say in one sentence why they have nothing to do. */
function answeredSchema({ answered, checker }: CommandTypes): JsonSchema {
  return {
    $schema: DIALECT,
    $id: idOf(ANSWERED),
    title: 'answered',
    description: 'The data of commands that have nothing to do on a dump: why.',
    ...typeSchema(answered, checker),
  };
}

function dataSchema(name: string, { data, checker }: CommandTypes): JsonSchema {
  const type = data.get(name);
  if (type) return typeSchema(type, checker);
  if (name === REPEATS)
    return anyOf(memoryCommands.filter((c) => c.hasData && c.name !== REPEATS).map((c) => pathOf(c.name)));
  throw new Error(`${name} has data of a type that nobody knows: is it made with command()?`);
}

function anyOf(paths: readonly string[]): JsonSchema {
  return { anyOf: paths.map((path) => ({ $ref: idOf(path) })) };
}

/** The schemas of the lines that the data travels in. */
function lineSchemas(
  commands: readonly Command[],
  { lines, checker }: CommandTypes,
): readonly (readonly [path: string, schema: JsonSchema])[] {
  const replacements = {
    JsonObject: { $ref: idOf('data.json') },
    TriageData: { $ref: idOf(pathOf('!analyze')) },
  };
  const file = (path: string, type: string, title: string, description: string) => {
    const known = lines.get(type);
    if (!known) throw new Error(`cli/jsonLines.ts has no type ${type}`);
    const head = { $schema: DIALECT, $id: idOf(path), title, description };
    return [path, { ...head, ...typeSchema(known, checker, replacements) }] as const;
  };
  return [
    file('line.json', 'CommandLine', '--json', 'A line of --json: what one command came to.'),
    file(
      'program.json',
      'ProgramData',
      'program',
      'The data of control flow and of commands that run others: what they ran.',
    ),
    file('triage.json', 'TriageLine', 'triage', 'A line of triage --json: what one dump came to.'),
    file(
      'triageSummary.json',
      'TriageSummaryLine',
      'triage',
      'The last line of triage --json: all dumps together.',
    ),
    [
      'data.json',
      {
        $schema: DIALECT,
        $id: idOf('data.json'),
        title: 'data',
        description: 'The data of any command. index.json says which schema is whose.',
        ...anyOf(['program.json', ...new Set(commands.map((c) => pathOf(c.name)))]),
      },
    ],
  ];
}
