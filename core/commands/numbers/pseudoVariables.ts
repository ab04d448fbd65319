import type { Type } from '../../types/index.ts';

/** `$t0`…`$t19` are the person's, the others are what commands leave behind. */
const SETTABLE = /^\$(?:t1?[0-9]|exp|p|extret|extin|extrcall|callret)$/;

/** A type that C++ sees a pseudo-register with, and the module that completes it. */
export interface VariableType {
  readonly type: Type;
  readonly module?: string;
}

/** The pseudo-registers that can be set. All dumps that are open share them. */
export class PseudoVariables {
  private values = new Map<string, bigint>();
  private types = new Map<string, VariableType>();

  /** Its value, 0 until it is set; undefined for what cannot be set. */
  get(name: string): bigint | undefined {
    return SETTABLE.test(name) ? (this.values.get(name) ?? 0n) : undefined;
  }

  typeOf(name: string): VariableType | undefined {
    return this.types.get(name);
  }

  /** False for what cannot be set. A type of null makes it a plain number, undefined leaves the type as it is. */
  set(name: string, value: bigint, type?: VariableType | null): boolean {
    if (!SETTABLE.test(name)) return false;
    this.values.set(name, value);
    if (type) this.types.set(name, type);
    else if (type === null) this.types.delete(name);
    return true;
  }

  /** Remembers all values: calling what is returned gives them back. */
  remember(): () => void {
    const [values, types] = [new Map(this.values), new Map(this.types)];
    return () => {
      this.values = new Map(values);
      this.types = new Map(types);
    };
  }
}
