/**
 * Breakpad's `STACK CFI` rules: for each register an expression in postfix, separated by blanks.
 *
 *   .cfa: $rsp 16 + .ra: .cfa 8 - ^ $rbp: .cfa 16 - ^
 *
 * `.cfa` is the canonical frame address, the caller's stack pointer; `.ra` the return address. Registers not named are
 * the caller's own already. Operators: `+ - * / %`, `^` dereferences, `@` aligns (Breakpad, "symbol file format").
 */
import {
  REGISTER_LAYOUTS,
  callerFile,
  setRegister,
  type RegisterFile,
  type RegisterLayout,
} from '../registerFile.ts';
import type { Step, WalkSpace } from '../walkSpace.ts';
import { stripSignature } from '../arm64/pointerSignature.ts';

/** Records have a few rules of a few words. */
const MAX_TOKENS = 1024;
const OPERATORS = new Set(['+', '-', '*', '/', '%', '@']);

/**
 * One step by the rules of a module that comes with Breakpad symbols instead of an image. `exact`: see `Step`. Undefined
 * where there are none for the code.
 */
export function stepByModuleCfi(
  space: WalkSpace,
  file: RegisterFile,
  exact: boolean,
  kind: 'x64' | 'arm64',
): Step | undefined {
  const entry = space.modules.find(file.ip);
  if (!entry) return undefined;
  const rva = file.ip - entry.base - (exact ? 0 : 1);
  const record = space.unwindOf(entry.module)?.stackCfi?.(rva);
  const caller = record && stepByStackCfi(space, file, record.rules, kind);
  return caller && { caller, how: 'unwind info' };
}

/** The caller by the rules in force at an address; undefined where they do not say all that it takes. */
export function stepByStackCfi(
  space: WalkSpace,
  file: RegisterFile,
  rules: readonly string[],
  kind: 'x86' | 'x64' | 'arm64',
): RegisterFile | undefined {
  const layout = REGISTER_LAYOUTS[kind];
  const expressions = parseRules(rules);
  const frame = new CfiFrame(space, file, layout);
  const cfa = frame.evaluate(expressions.get('.cfa'));
  if (cfa === undefined) return undefined;
  frame.cfa = cfa;
  const returned = frame.evaluate(expressions.get('.ra'));
  if (returned === undefined || cfa >> 52n !== 0n) return undefined;
  const ra = kind === 'arm64' ? stripSignature(returned) : returned;
  const caller = callerFile(file, layout);
  caller.ip = ra >> 52n === 0n ? Number(ra) : NaN;
  caller.raw = Number.isNaN(caller.ip) ? ra : undefined;
  caller.sp = Number(cfa);
  for (const [name, expression] of expressions) {
    if (name.startsWith('.')) continue;
    const value = frame.evaluate(expression);
    const number = registerNumber(layout, name);
    if (number === layout.sp) {
      if (value !== undefined && value >> 52n === 0n) caller.sp = Number(value);
    } else if (number !== undefined) {
      if (value === undefined) caller.known = (caller.known & ~(1 << number)) >>> 0;
      else setRegister(caller, number, value);
    }
  }
  return caller;
}

/** The expression of each register, a later rule in place of an earlier one. */
function parseRules(rules: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const expressions = new Map<string, string[]>();
  let tokens = 0;
  for (const rule of rules) {
    let current: string[] | undefined;
    for (const word of rule.split(/\s+/)) {
      if (word === '') continue;
      if (++tokens > MAX_TOKENS) return expressions;
      if (word.endsWith(':')) expressions.set(word.slice(0, -1), (current = []));
      else current?.push(word);
    }
  }
  return expressions;
}

function registerNumber(layout: RegisterLayout, name: string): number | undefined {
  const plain = name.startsWith('$') ? name.slice(1) : name;
  const spelled = plain === 'x29' ? 'fp' : plain === 'x30' ? 'lr' : plain;
  const number = layout.names.indexOf(spelled);
  return number < 0 ? undefined : number;
}

class CfiFrame {
  cfa: bigint | undefined;
  private readonly bits: number;

  constructor(
    private readonly space: WalkSpace,
    private readonly file: RegisterFile,
    private readonly layout: RegisterLayout,
  ) {
    this.bits = layout.width * 8;
  }

  evaluate(expression: readonly string[] | undefined): bigint | undefined {
    if (!expression) return undefined;
    const stack: bigint[] = [];
    for (const token of expression) {
      const value = OPERATORS.has(token)
        ? compute(token, stack)
        : token === '^'
          ? this.read(stack.pop())
          : this.operand(token);
      if (value === undefined) return undefined;
      stack.push(BigInt.asUintN(this.bits, value));
    }
    return stack.length === 1 ? stack[0] : undefined;
  }

  private operand(token: string): bigint | undefined {
    if (/^-?\d+$/.test(token)) return BigInt(token);
    if (token === '.cfa') return this.cfa;
    const number = registerNumber(this.layout, token);
    if (number === undefined) return undefined;
    return number === this.layout.sp ? BigInt(this.file.sp) : this.file.values[number];
  }

  private read(address: bigint | undefined): bigint | undefined {
    if (address === undefined || address >> 52n !== 0n) return undefined;
    const { stack } = this.space;
    if (this.layout.width === 8) return stack.u64(Number(address));
    const word = stack.u32(Number(address));
    return word === undefined ? undefined : BigInt(word);
  }
}

function compute(operator: string, stack: bigint[]): bigint | undefined {
  const right = stack.pop();
  const left = stack.pop();
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0n ? undefined : left / right;
    case '%':
      return right === 0n ? undefined : left % right;
    default:
      return right === 0n || (right & (right - 1n)) !== 0n ? undefined : left & -right;
  }
}
