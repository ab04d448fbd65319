import type { Target } from '../../target/index.ts';

/** IMAGE_SCN_MEM_WRITE */
const WRITABLE_SECTION = 0x8000_0000;

/** The modules whose writable sections the dump holds nothing of: what only they point to looks lost. */
export function modulesWithoutGlobals({ modules, memory }: Target): string[] {
  const names: string[] = [];
  for (const module of modules) {
    const writable = (module.image?.sections ?? []).filter(
      (s) => (s.characteristics & WRITABLE_SECTION) !== 0 && s.virtualSize > 0,
    );
    const isThere = writable.some((s) => memory.available(module.base + BigInt(s.virtualAddress), 1) === 1);
    if (writable.length > 0 && !isThere) names.push(module.name);
  }
  return names;
}
