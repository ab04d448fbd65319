import type { Command } from '../command.ts';
import { findInstruction } from './findInstruction.ts';
import { u, ub } from './u.ts';
import { uf } from './uf.ts';

/** Code as instructions. */
export const disassemblyCommands: readonly Command[] = [u, ub, uf, findInstruction];

// what the disassembly pane draws
export { codeAround, type CodeRow } from './codeAround.ts';
