import { ExpressionError, type ErrorCode } from '../errors/index.ts';

/** What can be wrong with an expression, in the debugger's own words, and the code that scripts see. */
const FAULTS = {
  'Syntax error at': 'syntax',
  'Numeric expression missing from': 'syntax',
  'Extra character error in': 'syntax',
  'Overflow error at': 'syntax',
  'Range error in': 'syntax',
  'Operand error at': 'syntax',
  "Couldn't resolve error at": 'unresolved',
  'Ambiguous symbol error at': 'unresolved',
  'Bad register error at': 'unresolved',
  'Memory access error at': 'memory-unreadable',
  'Type does not have given member error at': 'unresolved',
  'Type is not an array or pointer for operator[]': 'syntax',
  'Type conflict error at': 'syntax',
} satisfies Record<string, ErrorCode>;

export type Fault = keyof typeof FAULTS;

/** Longest piece of the expression that an error repeats. */
const SHOWN = 200;

/**
 * The error of an expression: what was wrong, and the text from where it was, as WinDbg shows it (of the kinds that say
 * `in`, the whole text). `at` is the offset of the token that was read last.
 */
export function fault(kind: Fault, text: string, at: number, detail?: string): ExpressionError {
  const rest = text.slice(at, at + SHOWN);
  const place = rest.trim() === '' ? '<EOL>' : rest;
  return new ExpressionError(`${kind} '${place}'${detail ? ` (${detail})` : ''}`, FAULTS[kind]);
}
