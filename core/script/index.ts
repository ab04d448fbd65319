export { AliasTable } from './aliasTable.ts';
export { cursorPlace, type CursorPlace } from './cursorPlace.ts';
export { expandAliases, type Variables } from './expandAliases.ts';
export {
  Interpreter,
  isFailure,
  type Failure,
  type Outcome,
  type ProgramHost,
  type Scope,
} from './interpreter.ts';
export { parseProgram, type ExtentOf } from './parseProgram.ts';
export { endOfQuotes } from './reach.ts';
export type { Block, CommandStatement, Extent, Statement } from './syntax.ts';
