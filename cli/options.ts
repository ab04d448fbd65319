import parse from 'yargs-parser';

export interface Options {
  readonly dump?: string;
  readonly symbolPath?: string;
  readonly imagePath?: string;
  readonly sourcePath?: string;
  readonly commands?: string;
  readonly commandFile?: string;
  readonly json: boolean;
  readonly color: boolean;
  readonly version: boolean;
  readonly help: boolean;
}

/** A command line that cannot be meant: exit status 2. */
export class WrongUsage extends Error {}

const STRINGS = ['z', 'y', 'i', 'srcpath', 'c', 'cf'];
const BOOLEANS = ['json', 'color', 'version', 'help'];

export const USAGE = `stillframe [options] [DUMP]
  -z DUMP           the dump to open (as cdb); a bare argument does the same
  -y PATH           symbol path: folders and srv*cache*server entries, ';' between
  -i PATH           image path: where to look for the modules' .exe and .dll files
  -srcpath PATH     source path
  -c "COMMANDS"     run these, ';' between, then stay at the prompt; with 'q' among them: end
  -cf FILE          the same, from a file
  --json            one JSON object a line for each command, on standard output
  --no-color --version --help`;

/** Reads the arguments of the process. Throws `WrongUsage` with the reason. */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): Options {
  const parsed = parse([...argv], {
    string: STRINGS,
    boolean: BOOLEANS,
    default: { color: true },
    // -cf and -srcpath are one option each, as cdb has them
    configuration: {
      'short-option-groups': false,
      'camel-case-expansion': false,
      'duplicate-arguments-array': true,
      'parse-positional-numbers': false,
    },
  });
  for (const key of Object.keys(parsed)) {
    if (key !== '_' && !STRINGS.includes(key) && !BOOLEANS.includes(key))
      throw new WrongUsage(`unknown option -${key.length > 1 ? '-' : ''}${key}`);
  }
  const text = (key: string): string | undefined => {
    const value: unknown = parsed[key];
    if (Array.isArray(value)) throw new WrongUsage(`-${key} stands twice`);
    if (value === '') throw new WrongUsage(`-${key} needs a value`);
    return typeof value === 'string' ? value : undefined;
  };
  const dumps = [text('z'), ...parsed._.map(String)].filter((d): d is string => d !== undefined);
  if (dumps.length > 1) throw new WrongUsage(`one dump at a time: ${dumps.join(', ')}`);
  return {
    dump: dumps[0],
    symbolPath: text('y') ?? env._NT_SYMBOL_PATH,
    imagePath: text('i') ?? env._NT_EXECUTABLE_IMAGE_PATH,
    sourcePath: text('srcpath') ?? env._NT_SOURCE_PATH,
    commands: text('c'),
    commandFile: text('cf'),
    json: parsed.json === true,
    color: parsed.color !== false,
    version: parsed.version === true,
    help: parsed.help === true,
  };
}
