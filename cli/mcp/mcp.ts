import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { messageOf } from '../../core/errors/index.ts';
import { complain } from '../complain.ts';
import { Exit } from '../exit.ts';
import { MCP_USAGE, readMcpOptions } from './mcpOptions.ts';
import { OpenDumps } from './openDumps.ts';
import { registerTools } from './tools.ts';

/** `stillframe mcp`: serves a client on standard input and output until it leaves. Gives the exit status. */
export async function mcp(argv: readonly string[], version: string): Promise<number> {
  const options = readMcpOptions(argv);
  if (options.help) {
    process.stdout.write(`${MCP_USAGE}\n`);
    return Exit.fine;
  }
  let dumps: OpenDumps;
  try {
    dumps = new OpenDumps(options);
    // what cannot be opened is told to the person, and not to the first call
    if (options.dump !== undefined) await dumps.get();
  } catch (e) {
    complain(`${options.dump ?? 'mcp'}: ${messageOf(e)}`);
    return Exit.cannotOpen;
  }
  const server = new McpServer({ name: 'stillframe', version });
  registerTools(server, dumps, options);
  const left = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
    process.stdin.once('end', resolve);
  });
  await server.connect(new StdioServerTransport());
  await left;
  dumps.close();
  return Exit.fine;
}
