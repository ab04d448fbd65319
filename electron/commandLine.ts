import { resolve } from 'node:path';

/**
 * The dumps among a program's arguments: what a double click, a drop on the icon or a person gives. Not packaged, the
 * second argument is the program's own folder. Switches are Chromium's.
 */
export function dumpsOf(argv: readonly string[], cwd: string, isPackaged: boolean): string[] {
  return argv
    .slice(isPackaged ? 1 : 2)
    .filter((argument) => argument !== '' && !argument.startsWith('-'))
    .map((argument) => resolve(cwd, argument));
}
