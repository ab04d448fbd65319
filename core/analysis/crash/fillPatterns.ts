/** What wrote a pattern, and what a pointer with it as value means. */
export interface FillPattern {
  /** four bytes as a number */
  readonly value: number;
  readonly meaning: 'freed' | 'uninitialised' | 'guard' | 'poison';
  readonly text: string;
}

/**
 * Values that allocators and compilers fill memory with (facts/constants.json: heap_fill, page_heap, crt_debug; the
 * debug heap and page heap of Windows, Microsoft's debug C runtime, its /RTC checks).
 */
const PATTERNS: readonly FillPattern[] = [
  { value: 0xfeeefeee, meaning: 'freed', text: 'the Windows debug heap fills freed blocks with it' },
  { value: 0xdddddddd, meaning: 'freed', text: 'the debug C runtime fills freed blocks with it' },
  { value: 0xf0f0f0f0, meaning: 'freed', text: 'page heap fills freed blocks with it' },
  {
    value: 0xbaadf00d,
    meaning: 'uninitialised',
    text: 'the Windows debug heap fills fresh blocks with it (LocalAlloc, HeapAlloc)',
  },
  { value: 0xcdcdcdcd, meaning: 'uninitialised', text: 'the debug C runtime fills fresh blocks with it' },
  { value: 0xcccccccc, meaning: 'uninitialised', text: '/RTC fills uninitialised stack memory with it' },
  { value: 0xc0c0c0c0, meaning: 'uninitialised', text: 'page heap fills fresh blocks with it' },
  { value: 0xe0e0e0e0, meaning: 'uninitialised', text: 'light page heap fills fresh blocks with it' },
  { value: 0xabababab, meaning: 'guard', text: 'the Windows debug heap puts it behind blocks' },
  { value: 0xfdfdfdfd, meaning: 'guard', text: "the debug C runtime's no man's land around blocks" },
  { value: 0xbdbdbdbd, meaning: 'guard', text: "the debug C runtime's gap of aligned blocks" },
  { value: 0xedededed, meaning: 'guard', text: "the debug C runtime's gap of aligned blocks" },
  { value: 0xd0d0d0d0, meaning: 'guard', text: 'page heap puts it behind blocks' },
  { value: 0xa0a0a0a0, meaning: 'guard', text: 'light page heap puts it behind blocks' },
  { value: 0xfefefefe, meaning: 'poison', text: 'the secure C functions fill the rest of buffers with it' },
  { value: 0xdeadbeef, meaning: 'poison', text: 'a mark that programs use for invalid values' },
];

/** Fields of an object: a pointer plus this is still the pointer. */
const NEAR = 0x10000n;

/** A value that is a fill pattern, or lies a little above one. */
export interface PatternMatch {
  readonly pattern: FillPattern;
  /** from the pattern to the value, in bytes */
  readonly displacement: bigint;
}

/**
 * The fill pattern that a value is: the whole of it, on 64-bit machines the pattern twice, or the pattern plus the
 * offset of a field. Undefined for other values.
 */
export function fillPatternOf(value: bigint, pointerSize: 4 | 8): PatternMatch | undefined {
  for (const pattern of PATTERNS) {
    const once = BigInt(pattern.value);
    const whole = pointerSize === 4 ? once : (once << 32n) | once;
    const displacement = value - whole;
    if (displacement >= 0n && displacement < NEAR) return { pattern, displacement };
    // one wrong byte less, when something was counted down
    if (displacement < 0n && displacement > -0x100n) return { pattern, displacement };
  }
  return undefined;
}
