import { AddressReader } from '../../core/heap/index.ts';

let counted = 0;
let installed = false;

/**
 * How many times heap readers ask for memory while something runs: the walk's work without a clock, the same on every
 * machine. The readers' own methods are counted, so that what they have at hand counts as well. They stay counted until
 * the test file ends: going back and forth would have them compiled anew each time.
 */
export async function countReads<T>(run: () => Promise<T>): Promise<{ result: T; reads: number }> {
  if (!installed) install();
  installed = true;
  const before = counted;
  const result = await run();
  return { result, reads: counted - before };
}

function install(): void {
  const { prototype } = AddressReader;
  const { has, u8, u16, u32, u64 } = prototype;
  prototype.has = function (address, length): boolean {
    counted++;
    return has.call(this, address, length);
  };
  for (const [name, read] of Object.entries({ u8, u16, u32, u64 })) {
    prototype[name as 'u8'] = function (address): number {
      counted++;
      return read.call(this, address);
    };
  }
}
