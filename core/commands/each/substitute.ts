/**
 * Puts values in the place of aliases such as `@#ModuleName`, in `${@#ModuleName}` too. Names are case-sensitive; one
 * that begins like a longer one is not taken for it (-for-each-module.md).
 */
export function substitute(commands: string, values: ReadonlyMap<string, string>): string {
  return commands.replace(/\$\{@#(\w+)\}|@#(\w+)/g, (whole, braced?: string, plain?: string) => {
    const value = values.get(braced ?? plain ?? '');
    return value ?? whole;
  });
}

/** A command string as these extensions take it: in quotes, or bare. */
export function commandString(args: string): string {
  return args.replace(/^"(.*)"$/s, '$1').replace(/\\"/g, '"');
}
