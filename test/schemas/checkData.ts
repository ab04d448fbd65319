import type { CommandResult, Engine } from '../../core/engine/index.ts';
import { StillframeError } from '../../core/errors/index.ts';
import { commandValidators } from './commandValidators.ts';

/**
 * What is wrong with a command's data by the shipped schemas; undefined where all is as it should be. The data is what
 * JSON makes of it. Of control flow and of commands that only run others it is a list of what they ran.
 */
export function checkData(
  engine: Pick<Engine, 'registry'>,
  { command, data }: CommandResult,
): string | undefined {
  if (!data) return undefined;
  const { commandOf, program } = commandValidators();
  const json: unknown = JSON.parse(JSON.stringify(data));
  const name = commandName(engine, command);
  const validate = name === undefined ? undefined : commandOf(name);
  if (validate?.(json) || program(json)) return undefined;
  const errors = JSON.stringify((validate ?? program).errors?.slice(0, 3));
  return `${command}: not as the schema of ${name ?? 'programs'} says (npx tsx scripts/makeSchemas.ts?): ${errors}`;
}

/** The command that gave the data: `.help` where another was asked to explain itself. */
function commandName({ registry }: Pick<Engine, 'registry'>, text: string): string | undefined {
  try {
    const { command } = registry.recognise(text);
    const [, option] = /^\S+\s+(\S+)$/.exec(text) ?? [];
    return option !== undefined && ['-?', '/?', command.helpOption].includes(option) ? '.help' : command.name;
  } catch (e) {
    if (e instanceof StillframeError) return undefined; // control flow
    throw e;
  }
}
