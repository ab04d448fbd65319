import { compileWildcard } from '../types/index.ts';
import type { EvaluatorEnvironment } from './environment.ts';
import type { FunctionName } from './expression.ts';
import { toAddress } from './width.ts';

/** Longest range that `$vvalid` looks at: 2^40 bytes, so that lengths stay exact as numbers. */
const MAX_LENGTH = 1n << 40n;

/**
 * MASM's functions ("Non-Numeric Operators" of masm-numbers-and-operators.md). Undefined where an argument is not what
 * the function works on: no image at the address.
 */
export function callFunction(
  name: FunctionName,
  numbers: readonly bigint[],
  texts: readonly string[],
  environment: EvaluatorEnvironment,
): bigint | undefined {
  const [first = 0n, second = 0n, third = 0n] = numbers;
  const [text = '', other = ''] = texts;
  switch (name) {
    case '$scmp':
      return compare(text, other);
    case '$sicmp':
      return compare(text.toLowerCase(), other.toLowerCase());
    case '$spat':
      return compileWildcard(other).test(text) ? 1n : 0n;
    case '$vvalid': {
      if (second === 0n || second > MAX_LENGTH) return 0n;
      const address = toAddress(first, environment.machine.pointerSize);
      const length = Number(second);
      return environment.memory.available(address, length) >= length ? 1n : 0n;
    }
    case '$iment':
      return environment.entryPoint(toAddress(first, environment.machine.pointerSize));
    case '$fnsucc':
      return succeeded(toAddress(first, environment.machine.pointerSize), second, third, environment)
        ? 1n
        : 0n;
  }
}

function compare(a: string, b: string): bigint {
  return a < b ? -1n : a > b ? 1n : 0n;
}

/**
 * Whether a function's return value means success: by what the function returns, and where that is not known by the
 * flag, "if 0, a nonzero value is success; if 1, a zero value" (masm-numbers-and-operators.md).
 */
function succeeded(address: bigint, value: bigint, flag: bigint, environment: EvaluatorEnvironment): boolean {
  const bits = environment.machine.pointerSize * 8;
  switch (environment.returnKind?.(address)) {
    case 'truth':
      return value !== 0n;
    case 'pointer':
      return BigInt.asUintN(bits, value) !== 0n;
    case 'handle': {
      // functions that give handles fail with NULL or with INVALID_HANDLE_VALUE, -1
      const handle = BigInt.asIntN(bits, value);
      return handle !== 0n && handle !== -1n;
    }
    case 'hresult':
    case 'ntstatus':
      return BigInt.asIntN(32, value) >= 0n;
    case undefined:
      return flag === 1n ? value === 0n : value !== 0n;
  }
}
