import type { Address, Memory } from '../../target/index.ts';
import { readValue, type Type, type Value } from '../../types/index.ts';
import { seenAsText, visualSource, type ValueStyle } from '../dt/index.ts';
import type { Session } from '../session.ts';
import { settingsOf } from '../settings.ts';
import { engineValueText } from './engineValueText.ts';

export interface Readable {
  readonly type: Type;
  readonly address: Address;
  /** where it is read from: the process' memory unless a variable is in registers */
  readonly memory?: Memory;
  /** the module whose types its type is from */
  readonly module?: string;
}

/** A value with the text that dv, x, ?? and kp print for it. */
export interface EngineValue {
  readonly value: Value;
  readonly text: string;
}

/** Reads what lies somewhere by its type, as `.typeopt` wants it seen. */
export function readEngineValue(session: Session, what: Readable): EngineValue {
  const { typeOptions } = settingsOf(session);
  const type = seenAsText(what.type, typeOptions);
  const value = readValue(visualSource(session, what.module, what.memory), type, what.address);
  return {
    value,
    text: engineValueText(type, value, styleOf(session)),
  };
}

/** How values are written in a session. */
export function styleOf(session: Session): ValueStyle {
  return {
    pointerSize: session.machine.pointerSize,
    blocks: false,
    verbose: false,
    numbers: { options: settingsOf(session).typeOptions, radix: session.radix },
    describe: (address) => session.symbols.describe(address),
  };
}
