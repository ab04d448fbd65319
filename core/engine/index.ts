export { allCommands } from './allCommands.ts';
export { bannerLines } from './banner.ts';
export { Engine, type CommandResult, type EngineHost, type Listener } from './engine.ts';
export { completions } from './complete.ts';
export type { DumpSession } from './session.ts';
