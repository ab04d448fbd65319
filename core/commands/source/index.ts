import type { Command } from '../command.ts';
import { lsc, lse, lsf, open } from './currentFile.ts';
import { ls, lsa } from './listSource.ts';
import { lsp } from './lsp.ts';
import { sourceOptions, srcnoisy } from './sourceOptions.ts';

export { promptSource, type PromptSource } from './promptSource.ts';

/** Source files: their lines, and what of them is shown where the thread is. */
export const sourceCommands: readonly Command[] = [
  ls,
  lsa,
  lsc,
  lse,
  lsf,
  lsp,
  sourceOptions,
  srcnoisy,
  open,
];
