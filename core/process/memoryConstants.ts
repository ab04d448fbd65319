/** MEM_* and PAGE_* of winnt.h, as VirtualQuery gives them. */
export const MEM_COMMIT = 0x1000;
export const MEM_RESERVE = 0x2000;
export const MEM_FREE = 0x10000;
export const MEM_PRIVATE = 0x20000;
export const MEM_MAPPED = 0x40000;
export const MEM_IMAGE = 0x1000000;

const STATES: Readonly<Record<number, string>> = {
  [MEM_COMMIT]: 'MEM_COMMIT',
  [MEM_RESERVE]: 'MEM_RESERVE',
  [MEM_FREE]: 'MEM_FREE',
};

const TYPES: Readonly<Record<number, string>> = {
  [MEM_PRIVATE]: 'MEM_PRIVATE',
  [MEM_MAPPED]: 'MEM_MAPPED',
  [MEM_IMAGE]: 'MEM_IMAGE',
};

const ACCESS: readonly (readonly [bit: number, name: string])[] = [
  [0x1, 'PAGE_NOACCESS'],
  [0x2, 'PAGE_READONLY'],
  [0x4, 'PAGE_READWRITE'],
  [0x8, 'PAGE_WRITECOPY'],
  [0x10, 'PAGE_EXECUTE'],
  [0x20, 'PAGE_EXECUTE_READ'],
  [0x40, 'PAGE_EXECUTE_READWRITE'],
  [0x80, 'PAGE_EXECUTE_WRITECOPY'],
  [0x100, 'PAGE_GUARD'],
  [0x200, 'PAGE_NOCACHE'],
  [0x400, 'PAGE_WRITECOMBINE'],
  [0x40000000, 'PAGE_TARGETS_INVALID'],
];

/** `MEM_COMMIT`; a number that is none of them as `0x…`. */
export function stateName(state: number): string {
  return STATES[state] ?? `0x${state.toString(16)}`;
}

/** `MEM_PRIVATE`; empty for 0, which free memory has. */
export function typeName(type: number): string {
  return type === 0 ? '' : (TYPES[type] ?? `0x${type.toString(16)}`);
}

/** The names of a protection's bits: the access first, then its modifiers; empty for 0, which reserved memory has. */
export function protectNames(protect: number): string[] {
  const names: string[] = [];
  let rest = protect >>> 0;
  for (const [bit, name] of ACCESS) {
    if ((rest & bit) === 0) continue;
    names.push(name);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names;
}
