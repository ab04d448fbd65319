import { UsageError } from '../errors/index.ts';
import type { Address, AddressRange } from '../target/index.ts';
import { parseCpp } from './parseCpp.ts';
import type { EvaluatorEnvironment } from './environment.ts';
import { evaluateTree } from './evaluateTree.ts';
import { fault } from './fault.ts';
import type { Expression, ExpressionLanguage } from './expression.ts';
import { evaluateInteger } from './evaluateInteger.ts';
import type { IntegerValue } from './integerType.ts';
import type { Languages } from './language.ts';
import { parseMasm } from './parseMasm.ts';
import { readRange } from './readRange.ts';
import { Scanner } from './scanner.ts';
import { toAddress } from './width.ts';

/** Evaluates WinDbg expressions in the session's context. Throws `UsageError` with a position and what was wanted. */
export interface Evaluator {
  /** the language of expressions that do not name theirs: MASM unless `.expr` chose C++ */
  language: ExpressionLanguage;
  /** A whole expression. Signed 64-bit. */
  evaluate(text: string): bigint;
  /** The same as C++ with its type, whatever `.expr` chose: what `??` prints. */
  evaluateCpp(text: string): IntegerValue;
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
  /** Sets a pseudo-register; throws `UsageError` for one that cannot be set. */
  setPseudo(name: string, value: bigint): void;
}

/** Longest text that is read as an expression: more than any person or script writes. */
const MAX_LENGTH = 0x10000;

/** Makes the evaluator that works in an environment. */
export function createEvaluator(environment: EvaluatorEnvironment): Evaluator {
  return new SessionEvaluator(environment);
}

class SessionEvaluator implements Evaluator {
  language: ExpressionLanguage = 'masm';

  constructor(private readonly environment: EvaluatorEnvironment) {}

  evaluate(text: string): bigint {
    const { value, end } = this.read(text, 0);
    this.expectEnd(text, end);
    return BigInt.asIntN(64, value);
  }

  evaluateCpp(text: string): IntegerValue {
    const { tree, end } = this.parse(text, 0, 'c++');
    this.expectEnd(text, end);
    const value = evaluateInteger(tree, text, this.environment, (masm) =>
      evaluateTree(masm, text, this.environment),
    );
    this.environment.setPseudo('$exp', BigInt.asUintN(64, value.value));
    return value;
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
    if (!this.environment.setPseudo(name.toLowerCase(), BigInt.asUintN(64, value))) {
      throw new UsageError(`Bad register error at '${name}'`, 'unresolved');
    }
  }

  /** The value of the expression that begins at an offset, and where the text goes on. `$exp` keeps it. */
  private read(text: string, at: number): { value: bigint; end: number } {
    const { tree, end } = this.parse(text, at, this.language);
    const body: Expression = { kind: 'language', language: this.language, body: tree, at };
    const value = evaluateTree(body, text, this.environment);
    this.environment.setPseudo('$exp', value);
    return { value, end };
  }

  private parse(text: string, at: number, language: ExpressionLanguage): { tree: Expression; end: number } {
    if (text.length > MAX_LENGTH) {
      throw new UsageError(
        `an expression of ${text.length} characters is longer than ${MAX_LENGTH}`,
        'syntax',
      );
    }
    const scanner = new Scanner(text, at);
    const languages: Languages = {
      radix: this.environment.radix,
      parsers: { masm: parseMasm, 'c++': parseCpp },
    };
    return { tree: languages.parsers[language](scanner, languages), end: scanner.at };
  }

  private expectEnd(text: string, end: number): void {
    if (text.slice(end).trim() !== '') throw fault('Extra character error in', text, 0);
  }
}
