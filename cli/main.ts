import { version } from '../package.json';
import { Exit } from './exit.ts';
import { readOptions, USAGE, WrongUsage, type Options } from './options.ts';
import { standardOutput, StreamOutput, type StandardOutput } from './standardOutput.ts';

/** Sub-commands are loaded when they are named: they cost the debugger nothing. */
const SUB_COMMANDS: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = {
  triage: async (argv) => (await import('./triage/triage.ts')).triage(argv, process.env),
  mcp: async (argv) => (await import('./mcp/mcp.ts')).mcp(argv, version),
  'triage-worker': async () => (await import('./triage/worker.ts')).serveTriage(),
};

/** Runs what the arguments ask for, and leaves with its exit status when all is written. */
async function main(argv: readonly string[]): Promise<void> {
  const [name = '', ...rest] = argv;
  const subCommand = Object.hasOwn(SUB_COMMANDS, name) ? SUB_COMMANDS[name] : undefined;
  const out = subCommand ? new StreamOutput() : standardOutput();
  const status = await explained(() =>
    subCommand ? subCommand(rest) : openAndDebug(readOptions(argv, process.env), out),
  );
  await out.drained();
  // to leave now is faster than to give everything back first
  process.exit(status);
}

/** A command line that cannot be meant ends with words for the person. */
async function explained(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (e) {
    if (!(e instanceof WrongUsage)) throw e;
    process.stderr.write(`stillframe: ${e.message}; --help shows what there is\n`);
    return Exit.wrongUsage;
  }
}

async function openAndDebug(options: Options, out: StandardOutput): Promise<number> {
  if (options.help || options.version) {
    out.write(`${options.help ? USAGE : version}\n`);
    return Exit.fine;
  }
  if (options.dump === undefined) {
    process.stderr.write(`stillframe: which dump?\n${USAGE}\n`);
    return Exit.wrongUsage;
  }
  const { debug } = await import('./debug.ts');
  return debug(options.dump, options, out);
}

void main(process.argv.slice(2));
