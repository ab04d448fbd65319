import type { Variables } from '../../script/index.ts';

/** What would end a command or a quotation in the middle of a value: a name in a dump may hold anything. */
const STRUCTURE = /[;"{}\r\n]/g;

/**
 * The aliases that a command of the `!for_each_` family sets: `@#Base` and the like. Values come from the dump, so what
 * has a meaning in the command language is written as `_`: a module's name never becomes a command.
 */
export function eachVariables(values: Readonly<Record<string, string>>): Variables {
  return new Map(
    Object.entries(values).map(([name, value]) => [`@#${name}`, value.replace(STRUCTURE, '_')] as const),
  );
}

/** A command string as these extensions take it: in quotes, or bare. */
export function commandString(args: string): string {
  return args.replace(/^"(.*)"$/s, '$1').replace(/\\"/g, '"');
}
