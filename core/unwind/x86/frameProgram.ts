/**
 * The postfix programs of FRAMEDATA records (Microsoft PDBs, Breakpad's STACK WIN): a sequence of tokens.
 *
 *   `=`            assigns: variable, value →
 *   `^`            dereferences four bytes
 *   `@`            aligns: value, power of two → value rounded down
 *   `+ - * / %`    32-bit arithmetic
 *   `$eip` `$20`   registers, by name or by CodeView number
 *   `$T0` `$L`     temporaries; `.raSearch`, `.cbLocals`… are given
 */

/** Longer programs than compilers write are damage: the longest known one has some 200 characters. */
const MAX_LENGTH = 4096;
const MAX_TOKENS = 512;
/** Compiled programs kept; PDBs share a few hundred among all their records. */
const MAX_CACHED = 4096;

/** CV_REG_*: the spelling of newer PDBs (cvconst.h) */
const CODEVIEW_REGISTERS: Readonly<Record<string, string>> = {
  $17: '$eax',
  $18: '$ecx',
  $19: '$edx',
  $20: '$ebx',
  $21: '$esp',
  $22: '$ebp',
  $23: '$esi',
  $24: '$edi',
  $33: '$eip',
};

type Token =
  | { readonly kind: 'operator'; readonly text: string }
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number };

/** A value on the stack: a number, or a variable that may be assigned to. */
type Operand = number | string;

const cache = new Map<string, readonly Token[] | undefined>();

/**
 * Runs a program over the variables given; all values are unsigned 32-bit. `read` gives the dword at an address.
 * The result are the variables that it assigned; undefined where the program is malformed, reads memory that is not
 * there, or uses a value that nobody set.
 */
export function runFrameProgram(
  program: string,
  given: ReadonlyMap<string, number>,
  read: (address: number) => number | undefined,
): ReadonlyMap<string, number> | undefined {
  const tokens = compile(program);
  if (!tokens) return undefined;
  const assigned = new Map<string, number>();
  const stack: Operand[] = [];
  const value = (operand: Operand | undefined): number | undefined =>
    typeof operand === 'string' ? (assigned.get(operand) ?? given.get(operand)) : operand;
  for (const token of tokens) {
    if (token.kind === 'number') stack.push(token.value);
    else if (token.kind === 'name') stack.push(token.text);
    else if (token.text === '=') {
      const right = value(stack.pop());
      const left = stack.pop();
      if (right === undefined || typeof left !== 'string') return undefined;
      assigned.set(left, right);
    } else if (token.text === '^') {
      const address = value(stack.pop());
      const word = address === undefined ? undefined : read(address);
      if (word === undefined) return undefined;
      stack.push(word);
    } else {
      const right = value(stack.pop());
      const left = value(stack.pop());
      const result = left === undefined || right === undefined ? undefined : compute(token.text, left, right);
      if (result === undefined) return undefined;
      stack.push(result);
    }
  }
  return stack.length === 0 ? assigned : undefined;
}

function compute(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return (left + right) >>> 0;
    case '-':
      return (left - right) >>> 0;
    case '*':
      return Math.imul(left, right) >>> 0;
    case '/':
      return right === 0 ? undefined : Math.floor(left / right);
    case '%':
      return right === 0 ? undefined : left % right;
    default:
      // only powers of two are alignments
      return right === 0 || (right & (right - 1)) !== 0 ? undefined : (left & -right) >>> 0;
  }
}

function compile(program: string): readonly Token[] | undefined {
  if (cache.has(program)) return cache.get(program);
  const tokens = program.length <= MAX_LENGTH ? parse(program) : undefined;
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(program, tokens);
  return tokens;
}

/** Blanks between tokens are usual and not needed: compilers write `+ =$eip`. */
const TOKEN = /\s+|([$.][A-Za-z0-9_]+)|([=^@+*/%]|-(?!\d))|(-?\d+)|(.)/gs;

function parse(program: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (const [, name, operator, number, other] of program.matchAll(TOKEN)) {
    if (other !== undefined || tokens.length > MAX_TOKENS) return undefined;
    if (name !== undefined) tokens.push({ kind: 'name', text: CODEVIEW_REGISTERS[name] ?? name });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
    else if (number !== undefined) tokens.push({ kind: 'number', value: Number(number) >>> 0 });
  }
  return tokens.length > 0 ? tokens : undefined;
}
