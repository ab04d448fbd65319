import type { Command } from '../command.ts';
import { deleteAlias, listAliases, setAlias } from './aliases.ts';
import { controlFlow } from './controlFlow.ts';
import { printf } from './printf/index.ts';
import { scriptFiles } from './scriptFiles.ts';
import { shell } from './shell.ts';

export { targetText } from './targetText.ts';

/** What command programs are made of beside other commands: aliases, texts, script files; and help on control flow. */
export const scriptCommands: readonly Command[] = [
  setAlias,
  deleteAlias,
  listAliases,
  printf,
  scriptFiles,
  shell,
  ...controlFlow,
];
