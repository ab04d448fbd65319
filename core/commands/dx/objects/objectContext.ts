import type { ModelContext, ModelValue } from '../../../model/index.ts';
import type { Call } from '../../command.ts';
import type { Session } from '../../session.ts';

/** What objects of the debugger are made from. */
export interface ObjectContext {
  readonly session: Session;
  readonly call: Call;
  readonly model: ModelContext;
  /** the variables that the person made, in the order in which they did */
  readonly userVariables: Map<string, ModelValue>;
  /** Runs a command line and gives what it prints; once, however often the expression is begun again. */
  executed(line: string): Promise<readonly string[]>;
}

/** The properties that a dump has values for. */
export function known<T>(items: readonly (T | false | undefined)[]): T[] {
  return items.filter((item): item is T => item !== undefined && item !== false);
}
