/** A general register as the whole of it, and how many of its bytes the name means. */
export interface RegisterName {
  /** `eax` on x86, `rax` on x64 */
  readonly full: string;
  readonly bytes: number;
}

const X86 = table(4, ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di']);
const X64 = table(8, ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di']);
for (let n = 8; n < 16; n++) {
  const full = `r${n}`;
  X64.set(full, { full, bytes: 8 });
  X64.set(`${full}d`, { full, bytes: 4 });
  X64.set(`${full}w`, { full, bytes: 2 });
  X64.set(`${full}l`, { full, bytes: 1 });
  X64.set(`${full}b`, { full, bytes: 1 });
}

/** What a register's name means; undefined for other than general registers. */
export function registerNamed(name: string, pointerSize: 4 | 8): RegisterName | undefined {
  return (pointerSize === 4 ? X86 : X64).get(name);
}

function table(pointerSize: 4 | 8, names: readonly string[]): Map<string, RegisterName> {
  const all = new Map<string, RegisterName>();
  for (const name of names) {
    const full = `${pointerSize === 8 ? 'r' : 'e'}${name}`;
    if (pointerSize === 8) all.set(full, { full, bytes: 8 });
    all.set(`e${name}`, { full, bytes: 4 });
    all.set(name, { full, bytes: 2 });
    if (name.endsWith('x')) {
      all.set(`${name[0]}l`, { full, bytes: 1 });
      all.set(`${name[0]}h`, { full, bytes: 1 });
    } else if (pointerSize === 8) all.set(`${name}l`, { full, bytes: 1 });
  }
  return all;
}
