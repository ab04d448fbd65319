import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { messageOf, StillframeError } from '../../core/errors/index.ts';
import type { McpOptions } from './mcpOptions.ts';
import type { OpenDumps } from './openDumps.ts';
import { type Page, ResultStore } from './resultStore.ts';
import { SchemaResources } from './schemaResources.ts';

/** Lines of a page unless the client says otherwise, and at most. */
const LINES = 200;
const MAX_LINES = 2000;

const dump = z.string().optional().describe('path of the dump; the one used last where it is absent');
const limit = z.number().int().min(1).max(MAX_LINES).default(LINES).describe('lines of the first page');
const address = z
  .string()
  .regex(/^(0x)?[0-9a-fA-F`]{1,17}$/)
  .describe('hexadecimal: 0x00348648');
/** What stands in a command line for a type's name: nothing in it ends the command. */
const typeName = z
  .string()
  .regex(/^[\w!:<>,~*&$@? -]{1,512}$/)
  .describe('ntdll!_PEB, module!Type, or a pattern');

/** The same for every tool: what was printed, by pages, and the data. */
const OUTPUT = {
  ok: z.boolean(),
  text: z.string(),
  result: z.string().optional(),
  lines: z.object({ from: z.number(), to: z.number(), total: z.number() }).optional(),
  next: z.number().optional(),
  data: z
    .union([z.record(z.string(), z.json()), z.array(z.record(z.string(), z.json()))])
    .optional()
    .describe('of one command its data, as dataSchema says; of several a list'),
  dataSchema: z.string().optional().describe("the resource with the JSON Schema of one command's data"),
  dataOmitted: z.string().optional(),
  errors: z.array(z.object({ command: z.string(), code: z.string(), message: z.string() })).optional(),
};

interface ToolResult {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
  structuredContent: Record<string, unknown>;
  isError?: boolean;
}

/** Gives the server its tools. All of them read: none writes a file, and none reaches beyond the dumps. */
export function registerTools(server: McpServer, dumps: OpenDumps, { seconds }: McpOptions): void {
  const schemas = new SchemaResources();
  schemas.register(server);
  const results = new ResultStore(schemas);

  /** Runs commands on a dump and answers with the first page. */
  const run = async (
    session: 'typed' | 'analysis',
    line: string,
    from: { dump?: string; limit: number; signal: AbortSignal },
  ): Promise<ToolResult> =>
    answer(async () => {
      const opened = await dumps.get(from.dump);
      const signal = AbortSignal.any([from.signal, AbortSignal.timeout(seconds * 1000)]);
      return results.add(await opened.run(session, line, signal), from.limit);
    });

  const tool = <S extends z.ZodRawShape>(
    name: string,
    description: string,
    shape: S,
    call: (args: z.infer<z.ZodObject<S>>, signal: AbortSignal) => Promise<ToolResult>,
  ): void => {
    const schema = z.object(shape);
    server.registerTool(
      name,
      {
        description,
        inputSchema: schema,
        outputSchema: OUTPUT,
        annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
      },
      (args: unknown, { signal }) => call(schema.parse(args), signal),
    );
  };

  tool(
    'open_dump',
    'Opens a Windows user-mode minidump and says what it is of: system, process, event. Only dumps that the person has allowed can be opened.',
    { path: z.string() },
    ({ path }, signal) => run('analysis', 'vertarget;.lastevent', { dump: path, limit: LINES, signal }),
  );
  tool(
    'run_command',
    'Runs WinDbg commands (k, lm, dt, !heap, !crt, .help, ...), ; between. They share one session: a thread or context chosen by one counts for the next.',
    { command: z.string().min(1).max(4096), dump, limit },
    ({ command, ...rest }, signal) => run('typed', command, { ...rest, signal }),
  );
  tool(
    'read_more',
    'Gives more lines of an earlier result, from the line that its "next" names.',
    {
      result: z.string(),
      from: z.number().int().min(0),
      limit: z.number().int().min(1).max(MAX_LINES).default(LINES),
    },
    (args) => answer(() => results.page(args.result, args.from, args.limit)),
  );
  tool(
    'triage',
    'Says why the process ended or hangs: exception, suspects with their evidence, blamed frame, signature, stack (!analyze -v).',
    {
      dump,
      limit,
      hang: z.boolean().default(false).describe('what threads wait for, instead of the exception'),
    },
    ({ hang, ...rest }, signal) =>
      run('analysis', hang ? '!analyze -hang' : '!analyze -v', { ...rest, signal }),
  );
  tool(
    'stack',
    'The call stack of one thread or of all, each frame with how it was found.',
    {
      dump,
      limit,
      thread: z
        .union([z.number().int().min(0).max(0xffff), z.literal('all')])
        .optional()
        .describe("the thread's index; absent: the thread of the event"),
      frames: z.number().int().min(1).max(1000).default(64),
    },
    ({ thread, frames, ...rest }, signal) => {
      const of = thread === undefined ? '' : thread === 'all' ? '~*' : `~${thread}`;
      return run('analysis', `${of}k 0n${frames}`, { ...rest, signal });
    },
  );
  tool(
    'types',
    "The layout of a type, or a structure in memory: Windows' own without symbols, others from PDBs (dt).",
    { dump, limit, type: typeName, address: address.optional() },
    ({ type, address: at, ...rest }, signal) =>
      run('analysis', `dt ${type}${at === undefined ? '' : ` ${at}`}`, { ...rest, signal }),
  );
  tool(
    'heap',
    'Heaps: without an address all heaps and their sums; with one the block around it; with whole=true every block of the heap at that address.',
    { dump, limit, address: address.optional(), whole: z.boolean().default(false) },
    ({ address: at, whole, ...rest }, signal) =>
      run('analysis', at === undefined ? '!heap -s' : `!heap -${whole ? 'h' : 'x'} ${at}`, {
        ...rest,
        signal,
      }),
  );
  tool(
    'ownership',
    'Which C runtime and heap each module uses and who may free whose memory; with an address: whose that memory is; with misuse=true: memory freed by the wrong module.',
    { dump, limit, address: address.optional(), misuse: z.boolean().default(false) },
    ({ address: at, misuse, ...rest }, signal) =>
      run('analysis', misuse ? '!crt -misuse' : `!crt ${at ?? ''}`.trim(), { ...rest, signal }),
  );
}

/** A page as a tool's answer; a failure as an answer that says so, not as one of the protocol's. */
async function answer(work: () => Page | Promise<Page>): Promise<ToolResult> {
  try {
    const page = await work();
    return {
      content: [{ type: 'text', text: textOf(page) }],
      structuredContent: { ...page },
      isError: !page.ok,
    };
  } catch (e) {
    const code = e instanceof StillframeError ? e.code : 'internal';
    const message = messageOf(e);
    const errors = [{ command: '', code, message }];
    return {
      content: [{ type: 'text', text: message }],
      structuredContent: { ok: false, text: message, errors },
      isError: true,
    };
  }
}

/** For clients that read text only: where it goes on stands at its end. */
function textOf({ text, next, result, lines }: Page): string {
  return next === undefined
    ? text
    : `${text}\n[lines ${lines.from} to ${lines.to} of ${lines.total}: read_more ${result} from ${next}]`;
}
