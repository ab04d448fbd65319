import { MemoryUnreadable } from '../../errors/index.ts';
import type { Type } from '../../types/index.ts';
import { readValue } from '../../types/index.ts';
import type { Frame } from '../../unwind/index.ts';
import { valueSource } from '../dt/index.ts';
import type { Session } from '../session.ts';
import { engineTypeName, engineValueText, MEMORY_ERROR, UNAVAILABLE } from '../values/index.ts';
import { frameVariables, placed, type FrameVariables, type PlacedVariable } from '../variables/index.ts';

/** A parameter of a frame's function as kp prints it. */
export interface FrameParameter {
  readonly name: string;
  readonly type: string;
  /** as text: `0n42`, `0x0012ff00 "x"`; absent where it cannot be had */
  readonly value?: string;
}

/** The parameters of a frame's function with their values; undefined where no private symbols name them. */
export function frameParameters(session: Session, frame: Frame): readonly FrameParameter[] | undefined {
  const variables = frameVariables(session, frame);
  const own = variables?.scopes[0];
  if (!variables || !own) return undefined;
  return own.variables
    .filter((v) => v.isParameter && !v.compilerGenerated)
    .map((v) => {
      const place = placed(session, variables, v);
      const value = place && v.type ? textOf(session, variables, v.type, place) : undefined;
      return { name: v.name, type: engineTypeName(v.type), value };
    });
}

/** What stands in place of a parameter whose value is not known. */
export const NO_VALUE = UNAVAILABLE;

function textOf(session: Session, { module }: FrameVariables, type: Type, place: PlacedVariable): string {
  const { symbols, machine } = session;
  const source = valueSource(session, module.name, place.memory);
  const style = {
    pointerSize: machine.pointerSize,
    blocks: false,
    verbose: false,
    describe: (address: bigint) => symbols.describe(address),
  };
  try {
    return engineValueText(type, readValue(source, type, place.address), style);
  } catch (e) {
    if (e instanceof MemoryUnreadable) return MEMORY_ERROR;
    throw e;
  }
}
