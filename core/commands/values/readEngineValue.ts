import type { Address, Memory } from '../../target/index.ts';
import { BASIC, pointerTo, readValue, type Type, unmodified, type Value } from '../../types/index.ts';
import { valueSource, type ValueStyle } from '../dt/index.ts';
import type { Session } from '../session.ts';
import { settingsOf, TYPEOPT } from '../settings.ts';
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
  const type = seenAs(what.type, typeOptions);
  const value = readValue(valueSource(session, what.module, what.memory), type, what.address);
  return {
    value,
    text: withOptions(what.type, value, typeOptions) ?? engineValueText(type, value, styleOf(session)),
  };
}

/** How values are written in a session. */
export function styleOf(session: Session): ValueStyle {
  return {
    pointerSize: session.machine.pointerSize,
    blocks: false,
    verbose: false,
    describe: (address) => session.symbols.describe(address),
  };
}

/** `.typeopt +uni`: 16-bit numbers behind pointers and in arrays are text. */
function seenAs(type: Type, options: number): Type {
  if ((options & TYPEOPT.uni) === 0) return type;
  const t = unmodified(type);
  if (t.kind === 'pointer' && isUnsignedShort(t.target) && (t.size === 4 || t.size === 8))
    return pointerTo(BASIC.wchar, t.size);
  return t.kind === 'array' && isUnsignedShort(t.element) ? { ...arrayOf(t), element: BASIC.wchar } : type;
}

function arrayOf({ kind, count, size }: Type & { kind: 'array' }): {
  kind: 'array';
  count: number;
  size: number;
} {
  return { kind, count, size };
}

function isUnsignedShort(type: Type): boolean {
  const t = unmodified(type);
  return t.kind === 'basic' && t.encoding === 'unsigned' && t.size === 2;
}

/** `.typeopt +longst` and `+radix`: signed numbers as unsigned ones, in hexadecimal. */
function withOptions(type: Type, value: Value, options: number): string | undefined {
  if (value.kind !== 'integer' || !value.signed || value.character !== undefined) return undefined;
  const wanted = (options & TYPEOPT.radix) !== 0 || ((options & TYPEOPT.longst) !== 0 && value.size === 4);
  if (!wanted || unmodified(type).kind === 'bit field') return undefined;
  return `0x${BigInt.asUintN(value.size * 8, value.value).toString(16)}`;
}
