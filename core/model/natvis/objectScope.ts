import { UsageError } from '../../errors/index.ts';
import {
  findCppMember,
  INT64,
  parseCpp,
  pointerType,
  wholeNumber,
  type CppName,
  type CppNames,
  type CppNode,
  type CppOperations,
  type CppValue,
} from '../../eval/index.ts';
import { recordOf, type RecordType } from '../../types/index.ts';
import { formatOf, splitSpecifiers, type Format } from '../format.ts';
import { callIntrinsic, type IntrinsicScope } from './intrinsics.ts';
import type { NatvisHost } from './natvisHost.ts';
import type { NatvisIntrinsic } from './natvisFile.ts';

/** A value with the specifiers behind its expression. */
export interface ScopedValue {
  readonly value: CppValue;
  readonly format: Format;
}

const AT_START: CppNode & { kind: 'number' } = { kind: 'number', value: 0n, type: INT64, at: 0 };

/**
 * Where an expression of a NatVis file is evaluated: in the object that is shown, whose members come before globals, and
 * no variable of the frame counts. `$T1` is what the first star of the type's name took, `$i` an index.
 */
export class ObjectScope implements IntrinsicScope {
  private readonly record: RecordType | undefined;

  constructor(
    readonly host: NatvisHost,
    /** the object itself */
    readonly self: CppValue,
    private readonly captures: readonly string[],
    private readonly intrinsics: readonly NatvisIntrinsic[],
    /** names beside the object's: indexes, variables of a custom list, an intrinsic's arguments */
    private readonly names: ReadonlyMap<string, CppValue> = new Map(),
    /** what an assignment does; absent where nothing may be assigned to */
    private readonly assign?: (name: string, value: bigint) => boolean,
    /** intrinsics that this is within */
    readonly calls = 0,
  ) {
    this.record = recordOf(self.type);
  }

  /** The same names in another object: a node of a list. */
  within(self: CppValue): ObjectScope {
    return new ObjectScope(
      this.host,
      self,
      this.captures,
      this.intrinsics,
      this.names,
      this.assign,
      this.calls,
    );
  }

  /** With more names. */
  with(names: ReadonlyMap<string, CppValue>, assign = this.assign): ObjectScope {
    const all = new Map([...this.names, ...names]);
    return new ObjectScope(this.host, this.self, this.captures, this.intrinsics, all, assign, this.calls);
  }

  called(names: ReadonlyMap<string, CppValue>): ObjectScope {
    const { host, self, captures, intrinsics } = this;
    return new ObjectScope(host, self, captures, intrinsics, names, undefined, this.calls + 1);
  }

  /** An expression's value, read, and its specifiers. Throws what C++ throws. */
  evaluate(expression: string): ScopedValue {
    const text = this.substituted(expression);
    const cpp = this.cpp(text);
    const node = parseCpp(cpp.scanner, cpp.languages);
    const rest = text.slice(cpp.scanner.at).trim();
    if (rest !== '' && !rest.startsWith(','))
      throw new UsageError(`Extra character error in '${rest}'`, 'syntax');
    const value = cpp.operations.read(cpp.operations.value(node, true), node, true);
    return { value, format: this.format(rest) };
  }

  /** A whole number. */
  number(expression: string): bigint {
    const { value } = this.evaluate(expression);
    const { scalar } = this.cpp('').operations.decayed(value, AT_START);
    return wholeNumber(scalar);
  }

  isTrue(condition: string | undefined): boolean {
    if (condition === undefined) return true;
    const { value } = this.evaluate(condition);
    const { scalar } = this.cpp('').operations.decayed(value, AT_START);
    return scalar !== 0n && scalar !== 0;
  }

  /** What a pointer points to, or an object itself; undefined for null. */
  pointed(expression: string): CppValue | undefined {
    const { value } = this.evaluate(expression);
    if (recordOf(value.type)) return value;
    const pointer = this.cpp('').operations.decayed(value, AT_START);
    return pointer.scalar === 0n ? undefined : this.cpp('').operations.pointed(pointer, AT_START);
  }

  /** C++'s operations with the names of this scope. */
  cpp(text: string): CppOperations {
    const bare = this.host.cpp(text);
    const { names } = bare;
    if (!names) return bare;
    const changed: CppNames = {
      ...names,
      find: (name) => this.find(name, names),
      type: (name) => this.typeNamed(name, names),
      call: (name, args) => callIntrinsic(this, this.intrinsics, name, args),
    };
    const assign = this.assign;
    return this.host.cpp(text, {
      names: changed,
      calls: true,
      // nothing but a custom list's own variables may change
      setPseudo: (name, value) => assign?.(name, value) ?? false,
    });
  }

  private format(rest: string): Format {
    let format: Format = {};
    for (const specifier of splitSpecifiers(rest)) {
      const count = /^\[(.*)\]$/s.exec(specifier)?.[1];
      const said = count === undefined ? formatOf(specifier) : { count: this.count(count) };
      if (!said) throw new UsageError(`'${specifier}' is no format specifier`, 'syntax');
      format = { ...format, ...said };
    }
    return format;
  }

  private count(expression: string): number {
    const count = this.number(expression);
    return count > 0n ? Number(count < 0x10000000n ? count : 0x10000000n) : 0;
  }

  private substituted(expression: string): string {
    return expression.replace(
      /\$T(\d{1,2})/g,
      (whole, digits: string) => this.captures[Number(digits) - 1] ?? whole,
    );
  }

  private find(name: string, names: CppNames): CppName | undefined {
    const { self } = this;
    const own = this.names.get(name);
    if (own) return this.assign ? settable(own) : named(own);
    if (name === 'this' && self.place) {
      const { pointerSize } = this.host.cpp('').operations;
      const type = pointerType(self.type, pointerSize);
      return { kind: 'constant', type, value: self.place.address, module: self.module };
    }
    const complete = (r: RecordType): RecordType => names.complete(r, self.module);
    if (this.record && findCppMember(complete(this.record), name, complete)) {
      const member: CppNode = { kind: 'member', operand: { kind: 'value', value: self, at: 0 }, name, at: 0 };
      const found = named(this.host.cpp('').operations.value(member, true));
      if (found) return found;
    }
    for (const full of this.spellings(name)) {
      const found = names.find(full);
      if (found) return found;
    }
    return undefined;
  }

  private typeNamed(name: string, names: CppNames): ReturnType<CppNames['type']> {
    for (const full of this.spellings(name)) {
      const found = names.type(full);
      if (found) return found;
    }
    return undefined;
  }

  /** A name where it may be: nested in the object's class, in its module, anywhere; never in the frame. */
  private spellings(name: string): string[] {
    if (name.includes('!')) return [name];
    const { module } = this.self;
    const bare = name.replace(/^::/, '');
    const nested = this.record && !name.startsWith('::') ? [`${this.record.name}::${bare}`] : [];
    return module === undefined ? [`::${bare}`] : [...nested, bare].map((n) => `${module}!${n}`);
  }
}

function named({ type, scalar, place, module }: CppValue): CppName | undefined {
  if (place) return { kind: 'variable', type, place, module };
  return scalar === undefined ? undefined : { kind: 'constant', type, value: scalar, module };
}

function settable({ type, scalar, module }: CppValue): CppName | undefined {
  return scalar === undefined ? undefined : { kind: 'settable', type, value: scalar, module };
}
