import parse from 'yargs-parser';

export interface Options {
  readonly dump?: string;
  readonly symbolPath?: string;
  readonly imagePath?: string;
  readonly sourcePath?: string;
  readonly commands?: string;
  readonly commandFile?: string;
  readonly json: boolean;
  /** mask what is personal: names, machines, environment, addresses */
  readonly redact: boolean;
  readonly color: boolean;
  readonly version: boolean;
  readonly help: boolean;
  /** `symbols check DUMP`: say for each module where its symbols were looked for, and end */
  readonly symbolCheck: boolean;
}

/** A command line that cannot be meant: exit status 2. */
export class WrongUsage extends Error {}

const STRINGS = ['z', 'y', 'i', 'srcpath', 'c', 'cf'];
const BOOLEANS = ['json', 'redact', 'color', 'version', 'help'];

export const USAGE = `stillframe [options] [DUMP]
stillframe symbols check [options] DUMP
                    say for each module which symbols were looked for, where, and why they were or were not taken
stillframe triage DUMP...     many dumps at once, grouped by why they ended: triage --help
stillframe mcp [DUMP]         a server of the Model Context Protocol: mcp --help
  -z DUMP           the dump to open (as cdb); a bare argument does the same
  -y PATH           symbol path: folders and srv*cache*server entries, ';' between
  -i PATH           image path: where to look for the modules' .exe and .dll files
  -srcpath PATH     source path
  -c "COMMANDS"     run these, ';' between, then stay at the prompt; with 'q' among them: end
  -cf FILE          the same, from a file
  --json            one JSON object a line for each command, on standard output
  --redact          masks names of users and machines, values of the environment, addresses of network and mail
  --no-color --version --help`;

/** Arguments taken apart: options by name, and what is none. */
export interface Arguments {
  /** the value of an option; undefined where it is not there */
  text(key: string): string | undefined;
  has(key: string): boolean;
  readonly words: readonly string[];
}

/** Takes arguments apart by the names of options with and without a value. Throws `WrongUsage` for others. */
export function readArguments(
  argv: readonly string[],
  strings: readonly string[],
  booleans: readonly string[],
): Arguments {
  const parsed = parse([...argv], {
    string: [...strings],
    boolean: [...booleans],
    default: booleans.includes('color') ? { color: true } : {},
    // -cf and -srcpath are one option each, as cdb has them
    configuration: {
      'short-option-groups': false,
      'camel-case-expansion': false,
      'duplicate-arguments-array': true,
      'parse-positional-numbers': false,
    },
  });
  for (const key of Object.keys(parsed)) {
    if (key !== '_' && !strings.includes(key) && !booleans.includes(key))
      throw new WrongUsage(`unknown option -${key.length > 1 ? '-' : ''}${key}`);
  }
  const text = (key: string): string | undefined => {
    const value: unknown = parsed[key];
    if (Array.isArray(value)) throw new WrongUsage(`-${key} stands twice`);
    if (value === '') throw new WrongUsage(`-${key} needs a value`);
    return typeof value === 'string' ? value : undefined;
  };
  return { text, has: (key) => parsed[key] === true, words: parsed._.map(String) };
}

/** Reads the arguments of the process. Throws `WrongUsage` with the reason. */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { text, has, words } = readArguments(argv, STRINGS, BOOLEANS);
  // a dump may be called `symbols`: then nothing called `check` follows it
  const symbolCheck = words[0] === 'symbols' && words[1] === 'check';
  const dumps = [text('z'), ...words.slice(symbolCheck ? 2 : 0)].filter((d): d is string => d !== undefined);
  if (dumps.length > 1) throw new WrongUsage(`one dump at a time: ${dumps.join(', ')}`);
  return {
    dump: dumps[0],
    symbolPath: text('y') ?? environmentPath(env),
    imagePath: text('i') ?? env._NT_EXECUTABLE_IMAGE_PATH,
    sourcePath: text('srcpath') ?? env._NT_SOURCE_PATH,
    commands: text('c'),
    commandFile: text('cf'),
    json: has('json'),
    redact: has('redact'),
    color: has('color'),
    version: has('version'),
    help: has('help'),
    symbolCheck,
  };
}

/** The debugger's own variables: the alternate path is looked into first. */
export function environmentPath(env: NodeJS.ProcessEnv): string | undefined {
  const paths = [env._NT_ALT_SYMBOL_PATH, env._NT_SYMBOL_PATH].filter((p) => p !== undefined && p !== '');
  return paths.length === 0 ? undefined : paths.join(';');
}
