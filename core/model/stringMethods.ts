import { ModelError } from './modelError.ts';
import { boolValue, signedValue, textValue, type ModelValue } from './modelValue.ts';

/** Widest text that padding makes. */
const MAX_WIDTH = 0x10000;

interface Arguments {
  readonly text: string;
  /** the argument of this place as text */
  textAt(index: number): string;
  /** as a whole number; undefined where there is none */
  numberAt(index: number): number | undefined;
}

/**
 * Methods of texts ("Supported LINQ Syntax - String Manipulation" of the debugger's manual): each with its arguments as
 * dx -v shows them.
 */
export const STRING_METHODS: Readonly<Record<string, (call: Arguments) => ModelValue>> = {
  Contains: ({ text, textAt }) => boolValue(text.includes(textAt(0))),
  StartsWith: ({ text, textAt }) => boolValue(text.startsWith(textAt(0))),
  EndsWith: ({ text, textAt }) => boolValue(text.endsWith(textAt(0))),
  IndexOf: ({ text, textAt }) => signedValue(text.indexOf(textAt(0))),
  LastIndexOf: ({ text, textAt }) => signedValue(text.lastIndexOf(textAt(0))),
  Substring(call) {
    const { start, end } = piece(call);
    return textValue(call.text.slice(start, end));
  },
  Remove(call) {
    const { start, end } = piece(call);
    return textValue(call.text.slice(0, start) + call.text.slice(end));
  },
  Replace: ({ text, textAt }) => {
    const [from, to] = [textAt(0), textAt(1)];
    return textValue(from === '' ? text : text.replaceAll(from, () => to));
  },
  PadLeft: (call) => textValue(call.text.padStart(width(call))),
  PadRight: (call) => textValue(call.text.padEnd(width(call))),
  ToLower: ({ text }) => textValue(text.toLowerCase()),
  ToUpper: ({ text }) => textValue(text.toUpperCase()),
  Trim: ({ text }) => textValue(text.trim()),
};

function width({ numberAt }: Arguments): number {
  return Math.min(numberAt(0) ?? 0, MAX_WIDTH);
}

function piece({ text, numberAt }: Arguments): { start: number; end: number } {
  const start = numberAt(0) ?? 0;
  const length = numberAt(1);
  if (start < 0 || start > text.length || (length !== undefined && length < 0))
    throw new ModelError('The position is outside the string', 'usage');
  return { start, end: length === undefined ? text.length : start + length };
}
