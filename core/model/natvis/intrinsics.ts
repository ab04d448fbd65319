import { INT, INT64, type CppOperations, type CppValue } from '../../eval/index.ts';
import { readPointer, tryRead, type Memory } from '../../target/index.ts';
import { unmodified } from '../../types/index.ts';
import type { NatvisIntrinsic } from './natvisFile.ts';

/** Elements that `__findnonnull` looks at, and characters that `strlen` counts, at most. */
const MAX_SCAN = 1_000_000;
/** Intrinsics within intrinsics. */
const MAX_CALLS = 32;

/** What a call of an intrinsic needs of where it stands. */
export interface IntrinsicScope {
  readonly host: { readonly memory: Memory };
  /** calls that this is within */
  readonly calls: number;
  /** Where an intrinsic's expression is evaluated: with its arguments by name. */
  called(names: ReadonlyMap<string, CppValue>): { evaluate(text: string): { readonly value: CppValue } };
  cpp(text: string): CppOperations;
}

/**
 * The value of `name(…)`: of the file's own intrinsics, or of those that Visual Studio's debugger has for NatVis
 * ("Debugger intrinsic functions"); undefined for others.
 */
export function callIntrinsic(
  scope: IntrinsicScope,
  intrinsics: readonly NatvisIntrinsic[],
  name: string,
  args: readonly CppValue[],
): CppValue | undefined {
  const own = intrinsics.find((i) => i.name === name && i.parameters.length === args.length);
  if (!own) return builtIn(scope, name, args);
  if (scope.calls >= MAX_CALLS) return undefined;
  const names = new Map(own.parameters.map((p, i) => [p, args[i] ?? { type: INT, scalar: 0n }]));
  return scope.called(names).evaluate(own.expression).value;
}

function builtIn(scope: IntrinsicScope, name: string, args: readonly CppValue[]): CppValue | undefined {
  const [first, second] = args;
  const { memory } = scope.host;
  const at = first?.place?.address ?? (typeof first?.scalar === 'bigint' ? first.scalar : undefined);
  const whole = (value: CppValue | undefined): number => Number(value?.scalar ?? 0);
  switch (name) {
    case '__findnonnull': {
      const { pointerSize } = scope.cpp('').operations;
      for (let i = 0; at !== undefined && i < Math.min(whole(second), MAX_SCAN); i++) {
        const value = tryRead(() => readPointer(memory, at + BigInt(i * pointerSize), pointerSize));
        if (value === undefined) break;
        if (value !== 0n) return { type: INT64, scalar: BigInt(i) };
      }
      return { type: INT64, scalar: -1n };
    }
    case 'strlen':
    case 'wcslen':
    case 'strnlen':
    case 'wcsnlen': {
      const width = name.startsWith('wcs') ? 2 : 1;
      const limit = second ? Math.min(whole(second), MAX_SCAN) : MAX_SCAN;
      return at === undefined
        ? undefined
        : { type: INT64, scalar: BigInt(lengthOf(memory, at, width, limit)) };
    }
    case '__popcnt': {
      if (typeof first?.scalar !== 'bigint' || unmodified(first.type).kind === 'pointer') return undefined;
      const bits = BigInt.asUintN(64, first.scalar).toString(2).replaceAll('0', '');
      return { type: INT, scalar: BigInt(bits.length) };
    }
    default:
      return undefined;
  }
}

/** Characters that are read at once. */
const STEP = 256;

/** Characters up to the first NUL, or as many as are in the dump. */
function lengthOf(memory: Memory, address: bigint, width: 1 | 2, limit: number): number {
  for (let count = 0; count < limit;) {
    const wanted = Math.min(STEP, limit - count);
    const there = memory.available(address + BigInt(count * width), wanted * width);
    const characters = Math.floor(there / width);
    if (characters === 0) return count;
    const bytes = memory.read(address + BigInt(count * width), characters * width);
    for (let i = 0; i < characters; i++) {
      if (bytes[i * width] === 0 && (width === 1 || bytes[i * width + 1] === 0)) return count + i;
    }
    count += characters;
  }
  return limit;
}
