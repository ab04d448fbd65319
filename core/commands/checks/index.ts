import type { Command } from '../command.ts';
import { avrf } from './avrf.ts';
import { chkimg } from './chkimg.ts';
import { cpuid } from './cpuid.ts';
import { gs } from './gs.ts';
import { htrace } from './htrace.ts';
import { threadPool } from './threadPool.ts';
import { wow64Info } from './wow64Info.ts';

/** What is wrong with code, stacks and handles, and what the machine was. */
export const checkCommands: readonly Command[] = [chkimg, gs, avrf, htrace, threadPool, cpuid, wow64Info];
