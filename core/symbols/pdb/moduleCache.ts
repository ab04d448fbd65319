import { LRUCache } from 'lru-cache';

/**
 * Something made for each module and kept within a bound of bytes. The last one is kept whatever its size: a program
 * that was optimised as a whole is one module.
 */
export class ModuleCache<T extends { readonly bytes: number }> {
  private readonly kept: LRUCache<number, T>;
  private last: { readonly module: number; readonly made: T | undefined } | undefined;

  constructor(
    maxBytes: number,
    private readonly make: (module: number) => T | undefined,
  ) {
    this.kept = new LRUCache({ maxSize: maxBytes, sizeCalculation: (made) => Math.max(1, made.bytes) });
  }

  of(module: number): T | undefined {
    if (this.last?.module === module) return this.last.made;
    let made = this.kept.get(module);
    if (!made) {
      made = this.make(module);
      if (made) this.kept.set(module, made);
    }
    this.last = { module, made };
    return made;
  }
}
