/** Where an image's bytes come from, by RVA: a file mapped as the loader would, or memory of a process. */
export interface RvaReader {
  /** The bytes from `rva`, as many of `length` as are there in one run, maybe none. Never throws for a range. */
  read(rva: number, length: number): Uint8Array;
}
