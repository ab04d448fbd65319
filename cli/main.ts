import { version } from '../package.json';
import { Exit } from './exit.ts';
import { readOptions, USAGE, WrongUsage, type Options } from './options.ts';

/** Sub-commands are loaded when they are named: they cost the debugger nothing. */
const SUB_COMMANDS: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = {
  triage: async (argv) => (await import('./triage/triage.ts')).triage(argv, process.env),
  mcp: async (argv) => (await import('./mcp/mcp.ts')).mcp(argv, version),
  'triage-worker': async () => (await import('./triage/worker.ts')).serveTriage(),
};

async function main(argv: readonly string[]): Promise<number> {
  try {
    const [name = '', ...rest] = argv;
    const subCommand = Object.hasOwn(SUB_COMMANDS, name) ? SUB_COMMANDS[name] : undefined;
    return await (subCommand ? subCommand(rest) : openAndDebug(readOptions(argv, process.env)));
  } catch (e) {
    if (!(e instanceof WrongUsage)) throw e;
    process.stderr.write(`stillframe: ${e.message}; --help shows what there is\n`);
    return Exit.wrongUsage;
  }
}

async function openAndDebug(options: Options): Promise<number> {
  if (options.help) return say(USAGE);
  if (options.version) return say(version);
  if (options.dump === undefined) {
    process.stderr.write(`stillframe: which dump?\n${USAGE}\n`);
    return Exit.wrongUsage;
  }
  const { debug } = await import('./debug.ts');
  return debug(options.dump, options);
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return Exit.fine;
}

// `stillframe … | head` closes the pipe early: that is no error
process.stdout.on('error', (e: NodeJS.ErrnoException) => {
  process.exit(e.code === 'EPIPE' ? Exit.fine : Exit.commandFailed);
});

// all is written when the last, empty write is; to leave then is faster than to give everything back first
void main(process.argv.slice(2)).then((status) => {
  process.stdout.write('', () => process.exit(status));
});
