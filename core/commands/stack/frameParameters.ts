import type { Frame } from '../../unwind/index.ts';
import type { Session } from '../session.ts';
import { engineTypeName, readEngineValue } from '../values/index.ts';
import { frameVariables, placed, type PlacedVariable } from '../variables/index.ts';

/** A parameter of a frame's function as kp prints it. */
export interface FrameParameter {
  readonly name: string;
  readonly type: string;
  /** as text: `0n42`, `0x0012ff00 "x"`; absent where it cannot be had */
  readonly value?: string;
  /** where it leads, of a pointer */
  readonly address?: bigint;
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
      return { name: v.name, type: engineTypeName(v.type), ...(place && shown(session, place)) };
    });
}

/** What kp prints in place of a value that has no place here, or not all of it. */
export const NO_VALUE = '<Value unavailable error>';

function shown(session: Session, place: PlacedVariable): Pick<FrameParameter, 'value' | 'address'> {
  const { type, address, memory, inMemory, module } = place;
  const { value, text } = readEngineValue(session, { type, address, memory, module: module.name });
  if (value.kind === 'missing' && !inMemory) return {};
  return { value: text, ...(value.kind === 'pointer' && { address: value.address }) };
}
