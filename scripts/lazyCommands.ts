import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { runnerImport, type Plugin } from 'vite';
import type { Command } from '../core/commands/index.ts';

/** The module that lists all commands: bundled, it names them and leaves their code in a chunk a family. */
const ALL_COMMANDS = resolve(import.meta.dirname, '../core/engine/allCommands.ts');
const FAMILY_IMPORT = /^import \{ (\w+) \} from '(\.\.\/commands\/[^']+)';$/gm;

/** What `import { heapCommands } from '../commands/heap/index.ts'` brings. */
interface Family {
  readonly path: string;
  readonly exported: string;
  readonly commands: readonly Command[];
}

/**
 * Makes the bundle start with names, patterns and help of the commands alone. The code of a family is loaded when one
 * of its commands is run: reading all of it takes longer than most questions do. Run from their sources, as the tests
 * do, the commands are all there at once.
 */
export function lazyCommands(): Plugin {
  return {
    name: 'lazy-commands',
    async load(id) {
      if (id !== ALL_COMMANDS) return undefined;
      const imports = [...readFileSync(ALL_COMMANDS, 'utf8').matchAll(FAMILY_IMPORT)];
      const families = imports.map(([, exported = '', path = '']) => ({ exported, path }));
      const loaded = await load(families);
      return catalogue(
        [loaded.allCommands ?? []].flat(),
        families.map((f) => ({ ...f, commands: [loaded[f.exported] ?? []].flat() })),
      );
    },
  };
}

/** The exports of all families and the list that is made of them. */
async function load(
  families: readonly Omit<Family, 'commands'>[],
): Promise<Record<string, Command | readonly Command[]>> {
  const everything = [
    `export { allCommands } from ${JSON.stringify(ALL_COMMANDS)};`,
    ...families.map(
      ({ exported, path }) =>
        `export { ${exported} } from ${JSON.stringify(resolve(dirname(ALL_COMMANDS), path))};`,
    ),
  ];
  const id = 'virtual:everything';
  const { module } = await runnerImport<Record<string, Command | readonly Command[]>>(id, {
    configFile: false,
    plugins: [
      {
        name: 'everything',
        resolveId: (asked) => (asked === id ? id : undefined),
        load: (asked) => (asked === id ? everything.join('\n') : undefined),
      },
    ],
  });
  return module;
}

/** What only `.help` and its like ask for: kept as one text, which costs next to nothing until it is read. */
const EXPLAINING = ['syntax', 'summary', 'options'] as const;

function catalogue(commands: readonly Command[], families: readonly Family[]): string {
  const entries = commands.map((command, i) => {
    const index = families.findIndex((f) => f.commands.some((c) => c.name === command.name));
    if (index < 0) throw new Error(`${command.name} comes from no import that this plugin knows`);
    return `  explained(${i}, { ${facts(command)}, execute: run(family${index}, ${JSON.stringify(command.name)}) }),`;
  });
  const loaders = families.map(
    ({ path, exported }, i) =>
      `const family${i} = async () => [(await import(${JSON.stringify(path)})).${exported}].flat();`,
  );
  const explanations = commands.map((command) =>
    literal(Object.fromEntries(EXPLAINING.map((key) => [key, command[key]])), command.name),
  );
  return [
    ...loaders,
    // loaded once: a loop runs a command a hundred thousand times
    `const run = (family, name) => {`,
    `  let found;`,
    `  return async (call) => (found ??= (await family()).find((command) => command.name === name)).execute(call);`,
    `};`,
    `let explanations;`,
    `const explain = (i) => (explanations ??= JSON.parse(${JSON.stringify(`[${explanations.join(',')}]`)}))[i];`,
    `const explained = (i, command) => Object.defineProperties(command, {`,
    ...EXPLAINING.map((key) => `  ${key}: { enumerable: true, get: () => explain(i).${key} },`),
    `});`,
    `export const allCommands = [`,
    ...entries,
    `];`,
  ].join('\n');
}

/** What is asked of a command to find and run it, as source text. */
function facts(command: Command): string {
  return Object.entries(command)
    .filter(([key, value]) => !['execute', ...EXPLAINING].includes(key) && value !== undefined)
    .map(([key, value]) => `${key}: ${literal(value, `${command.name}.${key}`)}`)
    .join(', ');
}

function literal(value: unknown, what: string): string {
  if (value instanceof RegExp) return value.toString();
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'function' || part instanceof RegExp)
      throw new Error(`${what} is code: only execute may be`);
    return part;
  });
}
