import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import type { Output } from '../../output/index.ts';
import { span } from '../../output/index.ts';
import { recordBehind, unmodified, type Value } from '../../types/index.ts';
import { command, type Call } from '../command.ts';
import {
  addressText,
  buildView,
  NAME_WIDTH,
  printView,
  valueData,
  valueSource,
  viewData,
  type DtStyle,
  type DtView,
} from '../dt/index.ts';
import type { Session } from '../session.ts';
import { settingsOf } from '../settings.ts';
import { engineTypeName, readEngineValue, styleOf, valuePart } from '../values/index.ts';
import { objectOf, type CppObject } from './cppObject.ts';

/** Elements of an array that ?? shows: dt -a shows more. */
const ELEMENTS = 100;

export interface CppModel {
  readonly object: CppObject;
  readonly value: Value;
  /** behind the type: a number, an address; absent for objects, whose type stands alone */
  readonly text?: string;
  /** the text that a pointer or an array of characters holds, quoted */
  readonly content?: string;
  /** the members of an object, or of what a pointer points to; the elements of an array */
  readonly view?: DtView;
  readonly style: DtStyle;
}

/** What ?? shows of an object. */
export function cppModel(session: Session, object: CppObject): CppModel {
  const { type, address, memory, inMemory } = object;
  const { pointerSize } = session.machine;
  const { value, text } = readEngineValue(session, object);
  const model = { object, value, style: viewStyle(session) };
  const source = valueSource(session, object.module, memory);
  const { typeOptions } = settingsOf(session);
  const shown = { depth: 0, blocks: false, fields: [], verbose: false };
  const options = { ...shown, module: object.module, typeOptions };
  const t = unmodified(type);
  switch (t.kind) {
    case 'record':
      return { ...model, view: buildView(source, type, address, options) };
    case 'pointer': {
      if (value.kind !== 'pointer') return { ...model, text };
      const to = value.address;
      const record = to === 0n ? undefined : recordBehind(source, type);
      return {
        ...model,
        text: addressText(to, value.size),
        ...(to !== 0n && value.pointee?.kind === 'text' && { content: quoted(text) }),
        ...(record?.members.length && { view: buildView(source, record, to, options) }),
      };
    }
    case 'array': {
      const at = inMemory ? addressText(address, pointerSize) : '';
      if (value.kind === 'text') return { ...model, text: at, content: quoted(text) };
      const elements = Math.min(t.count, ELEMENTS);
      return { ...model, text: at, view: buildView(source, type, address, { ...options, elements }) };
    }
    case 'procedure': {
      const name = session.symbols.describe(address) ?? '';
      return { ...model, text: `${addressText(address, pointerSize)} ${name}`.trim() };
    }
    default:
      return { ...model, text };
  }
}

/** The quoted part of `0x0127573c "text"` and `char [20] "text"`. */
function quoted(text: string): string {
  return text.slice(text.indexOf('"'));
}

function viewStyle(session: Session): DtStyle {
  const shape = { nameWidth: NAME_WIDTH, compact: false, noIndent: false, noOffsets: false };
  return { ...styleOf(session), ...shape };
}

/** A type and a value; of a structure its members. */
export function printCpp({ object, value, text, content, view, style }: CppModel, out: Output): void {
  const shown = valuePart(value, text ?? '');
  out.line(span(engineTypeName(object.type), 'type'), ...(text ? [' ', shown] : []));
  if (content !== undefined) out.line(` ${content}`);
  if (view) printView(view, out, style);
}

export const evaluateCpp = command<CppModel>({
  name: '??',
  pattern: /^\?\?/,
  tier: 'A',
  syntax: ['?? Expression'],
  summary: 'Evaluates a C++ expression, and prints its type and value, of a structure its members.',
  run({ session, args }: Call) {
    if (args === '') throw new UsageError('?? takes a C++ expression');
    return cppModel(session, objectOf(session, session.evaluator.evaluateCpp(args)));
  },
  print: printCpp,
  data({ object, value, view }) {
    const { type, address, inMemory } = object;
    return {
      ...(view && viewData(view)),
      type: engineTypeName(type),
      address: inMemory ? hexAddress(address) : undefined,
      ...valueData(value),
    };
  },
});
