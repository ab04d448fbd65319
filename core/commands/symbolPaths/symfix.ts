import { MICROSOFT_SERVER } from '../../symbols/index.ts';
import { command } from '../command.ts';
import { pathsOf } from './pathCommand.ts';

/** `.symfix [Cache]`: Microsoft's server. Nothing is fetched before a symbol is needed. */
export const symfix = command<{ readonly path: string }>({
  name: '.symfix',
  beyond: 'search paths',
  aliases: ['.symfix+'],
  tier: 'A',
  takesRestOfLine: true,
  syntax: ['.symfix [LocalSymbolCache]', '.symfix+ [LocalSymbolCache]'],
  summary: "Points the symbol path at Microsoft's public symbol server.",
  options: [{ flag: '+', meaning: 'adds to the path instead of replacing it' }],
  run({ session, args, name }) {
    const paths = pathsOf(session);
    const cache = cacheOf(args);
    const server = cache === '' ? 'srv*' : `cache*${cache};SRV*${MICROSOFT_SERVER}`;
    const old = name.endsWith('+') ? paths.symbolPath : '';
    paths.symbolPath = [old, server].filter(Boolean).join(';');
    return { path: paths.symbolPath };
  },
  async print(_model, out, call) {
    // the debugger prints nothing; what follows a semicolon is the next command
    const rest = call.args.slice(call.args.indexOf(';') + 1);
    if (call.args.includes(';') && rest.trim() !== '') await call.execute(rest, out);
  },
  data: ({ path }) => ({ path }),
});

function cacheOf(args: string): string {
  const [folder = ''] = args.split(';', 1);
  return folder.trim().replace(/^"(.*)"$/, '$1');
}
