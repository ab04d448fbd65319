import type { FpoData } from '../symbols/index.ts';
import type { Module, Target } from '../target/index.ts';

/** An FPO record that a person set (`.fpo -s`): it counts before what symbols say. */
export interface FpoOverride extends FpoData {
  readonly module: Module;
}

/** The overrides of one target. Compilers have got FPO data wrong; this is how a person puts it right. */
export class FpoOverrides {
  private readonly byModule = new Map<Module, FpoOverride[]>();

  static of(target: Target): FpoOverrides {
    let found = overrides.get(target);
    if (!found) overrides.set(target, (found = new FpoOverrides()));
    return found;
  }

  /** The override that covers an RVA. */
  at(module: Module, rva: number): FpoOverride | undefined {
    return this.byModule.get(module)?.find((o) => rva >= o.start && rva < o.start + o.length);
  }

  in(module: Module): readonly FpoOverride[] {
    return this.byModule.get(module) ?? [];
  }

  /** Sets an override, in place of one that began at the same RVA. */
  set(override: FpoOverride): void {
    const others = this.in(override.module).filter((o) => o.start !== override.start);
    this.byModule.set(
      override.module,
      [...others, override].sort((a, b) => a.start - b.start),
    );
  }

  /** Takes back the override that covers an RVA, or all of a module; says how many there were. */
  remove(module: Module, rva?: number): number {
    const before = this.in(module);
    const kept = rva === undefined ? [] : before.filter((o) => !(rva >= o.start && rva < o.start + o.length));
    this.byModule.set(module, kept);
    return before.length - kept.length;
  }
}

const overrides = new WeakMap<Target, FpoOverrides>();
