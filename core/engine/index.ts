export { allCommands } from './allCommands.ts';
export { bannerLines } from './banner.ts';
export { Engine, type CommandResult, type Listener } from './engine.ts';
export type { ProgramData } from './lineRun.ts';
export { completions } from './complete.ts';
export type { EngineHost, LentDump } from './host.ts';
export type { DumpSession } from './session.ts';
