import { LRUCache } from 'lru-cache';
import { UsageError } from '../errors/index.ts';
import type { Address, AddressRange } from '../target/index.ts';
import type { Type } from '../types/index.ts';
import type { CppNode } from './cppTree.ts';
import type { CppNames, CppValue } from './cppValue.ts';
import { numberOf } from './cppInteger.ts';
import { CppEvaluator, evaluateCpp } from './evaluateCpp.ts';
import { parseCpp, parseCppSequence } from './parseCpp.ts';
import type { EvaluatorEnvironment } from './environment.ts';
import { evaluateTree } from './evaluateTree.ts';
import { fault } from './fault.ts';
import type { Expression, ExpressionLanguage } from './expression.ts';
import type { Languages } from './language.ts';
import { parseMasm } from './parseMasm.ts';
import { readRange } from './readRange.ts';
import { Scanner } from './scanner.ts';
import { storedBits } from './storedBits.ts';
import { toAddress } from './width.ts';

/** Evaluates WinDbg expressions in the session's context. Throws `UsageError` with a position and what was wanted. */
export interface Evaluator {
  /** the language of expressions that do not name theirs: MASM unless `.expr` chose C++ */
  language: ExpressionLanguage;
  /** A whole expression. Signed 64-bit. */
  evaluate(text: string): bigint;
  /** The same as C++ with its type, whatever `.expr` chose: what `??` and `dx` print. */
  evaluateCpp(text: string): CppValue;
  /**
   * C++'s operations on values that are known, and the parsers for what stands in `text`: for languages that hold C++
   * expressions. `changes` replaces parts of what expressions ask of the session.
   */
  cpp(text: string, changes?: CppChanges): CppOperations;
  /** The same language with other answers to some of what expressions ask: those of another frame. */
  asking(changes: Partial<EvaluatorEnvironment>): Evaluator;
  /** An expression at the start of `text`, and what follows it, without leading blanks. */
  evaluatePrefix(text: string): { readonly value: bigint; readonly rest: string };
  /** A whole expression as an address: zero-extended where the machine in effect is a 32-bit one. */
  address(text: string): Address;
  /**
   * An address range: `addr`, `addr L10`, `addr L-10`, `addr L?n`, `addr end` (the last byte, included). `unit` is the
   * size of one object of an `L` count in bytes; `defaultCount` objects where no length is given. What follows the
   * range is in `rest`.
   */
  range(text: string, unit: number, defaultCount: number): AddressRange & { readonly rest: string };
  /** A pseudo-register by its name with `$`. */
  pseudo(name: string): bigint | undefined;
  /** Makes a pseudo-register a plain number; throws `UsageError` for one that cannot be set. */
  setPseudo(name: string, value: bigint): void;
  /**
   * Remembers what pseudo-registers hold; calling what is returned takes back all that was assigned since. For work that
   * must wait for a file and begins again: `@$t0++` counts once.
   */
  remember(): () => void;
  /** `r?`: gives it a C++ value with its type; an object by its place, a floating-point number by its bits. */
  setTyped(name: string, value: CppValue): void;
}

/** Parts of an environment that a language around C++ has other answers for. */
export type CppChanges = Partial<Pick<EvaluatorEnvironment, 'names' | 'setPseudo'>> & {
  /** `name(…)` calls a function */
  readonly calls?: boolean;
};

/** C++ for a language that holds its expressions: a scanner on the text, parsers' settings, the operations. */
export interface CppOperations {
  readonly scanner: Scanner;
  readonly languages: Languages;
  readonly operations: CppEvaluator;
  /** the names there are without the changes */
  readonly names: CppNames | undefined;
}

/** Longest text that is read as an expression: more than any person or script writes. */
const MAX_LENGTH = 0x10000;
/** Longest text whose tree is kept for the next turn of a loop. */
const MAX_KEPT = 256;

/** Makes the evaluator that works in an environment. */
export function createEvaluator(environment: EvaluatorEnvironment): Evaluator {
  return new SessionEvaluator(environment);
}

class SessionEvaluator implements Evaluator {
  language: ExpressionLanguage = 'masm';
  private readonly trees = new LRUCache<string, { tree: Expression; end: number }>({ max: 256 });

  constructor(private readonly environment: EvaluatorEnvironment) {}

  evaluate(text: string): bigint {
    const { value, end } = this.read(text, 0);
    this.expectEnd(text, end);
    return BigInt.asIntN(64, value);
  }

  evaluateCpp(text: string): CppValue {
    const scanner = this.scanner(text, 0);
    const tree = parseCppSequence(scanner, this.languages());
    this.expectEnd(text, scanner.at, 'c++');
    const value = evaluateCpp(tree, text, this.environment, (masm) => this.masm(masm, text));
    this.environment.setPseudo('$exp', BigInt.asUintN(64, numberOf(value) ?? 0n));
    return value;
  }

  cpp(text: string, { calls, ...changes }: CppChanges = {}): CppOperations {
    const environment = { ...this.environment, ...changes };
    const { names } = environment;
    const isType = (name: string): boolean => names?.find(name)?.kind === 'type';
    return {
      scanner: this.scanner(text, 0),
      languages: { ...this.languages(), isType, calls },
      operations: new CppEvaluator(text, environment, (masm) => evaluateTree(masm, text, environment)),
      names: this.environment.names,
    };
  }

  asking(changes: Partial<EvaluatorEnvironment>): Evaluator {
    const other = new SessionEvaluator({ ...this.environment, ...changes });
    other.language = this.language;
    return other;
  }

  evaluatePrefix(text: string): { value: bigint; rest: string } {
    const { value, end } = this.read(text, 0);
    return { value: BigInt.asIntN(64, value), rest: text.slice(end).trimStart() };
  }

  address(text: string): Address {
    return toAddress(this.evaluate(text), this.environment.machine.pointerSize);
  }

  range(text: string, unit: number, defaultCount: number): AddressRange & { rest: string } {
    const { start, end, after } = readRange(text, {
      unit,
      defaultCount,
      pointerSize: this.environment.machine.pointerSize,
      read: (at) => this.read(text, at),
      isSymbol: (name) => this.environment.symbol(name).length > 0,
    });
    return { start, end, rest: text.slice(after).trimStart() };
  }

  pseudo(name: string): bigint | undefined {
    return this.environment.pseudo(name.toLowerCase());
  }

  setPseudo(name: string, value: bigint): void {
    this.store(name, value, null);
  }

  remember(): () => void {
    return this.environment.remember();
  }

  setTyped(name: string, { type, module, scalar, place }: CppValue): void {
    const bits = scalar === undefined ? undefined : storedBits(scalar, type);
    const value = bits ?? (place?.inRegisters ? undefined : place?.address);
    if (value === undefined) throw new UsageError('the value has no place to remember', 'unresolved');
    this.store(name, value, { type, module });
  }

  private store(name: string, value: bigint, type: { type: Type; module?: string } | null): void {
    if (!this.environment.setPseudo(name.toLowerCase(), BigInt.asUintN(64, value), type)) {
      throw new UsageError(`Bad register error at '${name}'`, 'unresolved');
    }
  }

  /** The value of the expression that begins at an offset, and where the text goes on. `$exp` keeps it. */
  private read(text: string, at: number): { value: bigint; end: number } {
    const { tree, end } = this.parsed(text, at);
    const value = this.masm(tree, text);
    this.environment.setPseudo('$exp', value);
    return { value, end };
  }

  /** The tree of an expression. Those of loops are kept: what MASM reads depends on the text and the radix alone. */
  private parsed(text: string, at: number): { tree: Expression; end: number } {
    const keeps = this.language === 'masm' && at === 0 && text.length <= MAX_KEPT && !text.includes('@@');
    const key = keeps ? `${this.environment.radix} ${text}` : '';
    const known = keeps ? this.trees.get(key) : undefined;
    if (known) return known;
    const scanner = this.scanner(text, at);
    const tree: Expression =
      this.language === 'masm'
        ? parseMasm(scanner, this.languages())
        : { kind: 'c++', body: parseCpp(scanner, this.languages()), at };
    const parsed = { tree, end: scanner.at };
    if (keeps) this.trees.set(key, parsed);
    return parsed;
  }

  private masm(tree: Expression, text: string): bigint {
    return evaluateTree(tree, text, this.environment);
  }

  private scanner(text: string, at: number): Scanner {
    if (text.length > MAX_LENGTH) {
      throw new UsageError(
        `an expression of ${text.length} characters is longer than ${MAX_LENGTH}`,
        'syntax',
      );
    }
    return new Scanner(text, at);
  }

  private languages(): Languages {
    const { radix, names } = this.environment;
    const parsers = {
      masm: parseMasm,
      'c++': (s: Scanner, languages: Languages): CppNode => parseCpp(s, languages),
    };
    return { radix, parsers, isType: (name) => names?.find(name)?.kind === 'type' };
  }

  private expectEnd(text: string, end: number, language = this.language): void {
    const rest = text.slice(end).trim();
    // C++ ignores what follows two slashes
    if (rest !== '' && !(language === 'c++' && rest.startsWith('//')))
      throw fault('Extra character error in', text, 0);
  }
}
