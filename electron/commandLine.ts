import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The dumps among a program's arguments: what a double click, a drop on the icon or a person gives. Not packaged, the
 * first argument that is no switch is the program's own folder. Switches are Chromium's, wherever they stand.
 */
export function dumpsOf(argv: readonly string[], cwd: string, isPackaged: boolean): string[] {
  return (
    argv
      .slice(1)
      .filter((argument) => argument !== '' && !argument.startsWith('-'))
      .slice(isPackaged ? 0 : 1)
      // Linux' desktops hand addresses of files over
      .map((argument) => (argument.startsWith('file:') ? fileURLToPath(argument) : resolve(cwd, argument)))
  );
}
