import type { Command } from '../command.ts';
import { chksym } from './chksym.ts';
import { ld } from './ld.ts';
import { lines } from './lines.ts';
import { reload } from './reload.ts';
import { sym } from './sym.ts';
import { symcheck } from './symcheck.ts';
import { symopt } from './symopt.ts';

/** What decides which symbols are loaded, and how that is told. */
export const symbolLoadingCommands: readonly Command[] = [reload, ld, sym, symopt, lines, chksym, symcheck];
