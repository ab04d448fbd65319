import { readArguments, WrongUsage } from '../options.ts';

export interface McpOptions {
  /** opened at the start */
  readonly dump?: string;
  /** files and folders that dumps may be opened from, besides `dump` */
  readonly allowed: readonly string[];
  readonly symbolPath?: string;
  readonly imagePath?: string;
  readonly redact: boolean;
  /** seconds for one call */
  readonly seconds: number;
  readonly help: boolean;
}

export const MCP_USAGE = `stillframe mcp [options] [DUMP]
  a server of the Model Context Protocol on standard input and output
  DUMP              the dump to open; it may be asked for by tools
  --allow PATHS     files and folders that dumps may be opened from, ';' between
  -y PATH           symbol path; a server is asked only when it is named here: _NT_SYMBOL_PATH does not count
  -i PATH           image path
  --timeout S       seconds for one call of a tool (120)
  --redact          masks what is personal`;

const STRINGS = ['y', 'i', 'allow', 'timeout'];
const BOOLEANS = ['redact', 'help'];
const SECONDS = 120;

/** Reads the arguments behind `mcp`. Throws `WrongUsage` with the reason. */
export function readMcpOptions(argv: readonly string[]): McpOptions {
  const { text, has, words } = readArguments(argv, STRINGS, BOOLEANS);
  if (words.length > 1) throw new WrongUsage(`mcp opens one dump at the start: ${words.join(', ')}`);
  const [dump] = words;
  const allowed = (text('allow') ?? '').split(';').filter((path) => path !== '');
  if (dump === undefined && allowed.length === 0 && !has('help'))
    throw new WrongUsage('mcp: which dump? Name one, or folders with --allow');
  const seconds = Number(text('timeout') ?? SECONDS);
  if (!Number.isInteger(seconds) || seconds < 1)
    throw new WrongUsage('--timeout needs a number of seconds above 0');
  return {
    dump,
    allowed,
    symbolPath: text('y'),
    imagePath: text('i'),
    redact: has('redact'),
    seconds,
    help: has('help'),
  };
}
