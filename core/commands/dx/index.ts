import type { Command } from '../command.ts';
import { dtx } from './dtx.ts';
import { dx } from './dx.ts';

export { dxCompletions } from './dxCompletions.ts';
export { visualTree } from './visualTree.ts';
export { SessionNatives } from './nativeViews.ts';

/** Expressions of C++ and queries on the debugger's objects. */
export const dxCommands: readonly Command[] = [dx, dtx];
