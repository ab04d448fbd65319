import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import type { Address } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { findModule } from '../modules/index.ts';
import { commandString, eachVariables } from './eachVariables.ts';

/** Functions of a module: more than any has. */
const MAX_FUNCTIONS = 1_000_000;
const FUNCTION_KINDS: ReadonlySet<string> = new Set(['function', 'thunk']);

interface EachFunction {
  readonly functions: readonly {
    readonly module: string;
    readonly name: string;
    readonly address: Address;
  }[];
  readonly line: string;
}

export const forEachFunction = command<EachFunction>({
  name: '!for_each_function',
  tier: 'C',
  // the commands may be several: they are the rest of the line
  takesRestOfLine: true,
  syntax: ['!for_each_function -m:ModuleName -p:Pattern -c:CommandString'],
  summary: 'Runs commands once for each function of a module whose name matches a pattern.',
  options: [
    { flag: '@#FunctionName', meaning: 'its name; @#SymbolName with its module' },
    { flag: '@#SymbolAddress', meaning: 'its address; @#ModName' },
  ],
  run: find,
  async print({ functions, line }, out, { execute, pace }) {
    for (const { module, name, address } of functions) {
      const variables = eachVariables({
        SymbolName: `${module}!${name}`,
        SymbolAddress: hexAddress(address),
        ModName: module,
        FunctionName: name,
      });
      await execute(line, out, { variables });
      pace.throwIfCancelled();
    }
  },
  data: ({ functions }) => ({
    functions: functions.map(({ module, name, address }) => ({ module, name, address: hexAddress(address) })),
  }),
});

async function find({ session, args, pace }: Call): Promise<EachFunction> {
  const [, moduleName, pattern] = /^-m:(\S+)\s+-p:(\S+)/.exec(args) ?? [];
  const line = /\s-c:(.*)$/s.exec(args)?.[1];
  if (moduleName === undefined || pattern === undefined || line === undefined)
    throw new UsageError('!for_each_function wants -m:ModuleName -p:Pattern -c:CommandString');
  const module = findModule(session, moduleName);
  const functions = new Map<string, EachFunction['functions'][number]>();
  for (const { name, rva, kind, isCode } of session.symbols.of(module)?.match(pattern) ?? []) {
    if (!FUNCTION_KINDS.has(kind) && !isCode && kind !== 'export') continue;
    const address = module.base + BigInt(rva);
    if (kind === 'export' && !isCodeAt(module, rva)) continue;
    // one function has a private and a public symbol
    functions.set(`${name}@${rva}`, { module: module.name, name, address });
    if (functions.size > MAX_FUNCTIONS) break;
    if (pace.due()) await pace.rest({ done: functions.size, what: 'functions' });
  }
  return { functions: [...functions.values()], line: commandString(line) };
}

/** IMAGE_SCN_MEM_EXECUTE */
const EXECUTABLE = 0x2000_0000;

function isCodeAt(module: ReturnType<typeof findModule>, rva: number): boolean {
  const section = module.image?.sections.find(
    (s) => rva >= s.virtualAddress && rva < s.virtualAddress + s.virtualSize,
  );
  return section === undefined || (section.characteristics & EXECUTABLE) !== 0;
}
