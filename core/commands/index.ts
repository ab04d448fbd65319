export {
  command,
  type Beyond,
  type Call,
  type Command,
  type CommandDefinition,
  type CommandHelp,
  type ExecuteOptions,
  type Executed,
  type Tier,
} from './command.ts';
export { type OutputFile, type OutputFiles } from './outputFiles.ts';
export { Pace, type Progress } from './pace.ts';
export { knownPlaces } from './knownPlaces.ts';
export { perModuleList } from './perModuleList.ts';
export type { OpenSystem, Session, SystemList, TextFiles } from './session.ts';
export { waitFor } from './waitFor.ts';
export { whyNotApplicable } from './notApplicable.ts';
