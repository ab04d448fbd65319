/**
 * What is known of a value in straight-line code. Addresses and offsets are numbers: what cannot be one below 2^53 is
 * no address, and becomes an unknown.
 */
export type Value =
  | { readonly kind: 'constant'; readonly value: number }
  /** `base` plus an offset in bytes: what a register held at the start (`rbx`), or an unknown (`?3`) */
  | { readonly kind: 'sum'; readonly base: string; readonly offset: number }
  /** what lay at a place when it was read */
  | { readonly kind: 'load'; readonly place: Place }
  /** what a call gave back */
  | { readonly kind: 'result'; readonly of: string; readonly at: number };

/** A place in memory: a fixed address where `base` is empty, else an offset from a value. */
export interface Place {
  /** empty, or the key of the value that points there */
  readonly base: string;
  readonly offset: number;
}

/** The same text for the same value. */
export function keyOf(value: Value): string {
  switch (value.kind) {
    case 'constant':
      return `#${value.value}`;
    case 'sum':
      return value.offset === 0 ? value.base : `${value.base}+${value.offset}`;
    case 'load':
      return `[${placeKey(value.place)}]`;
    case 'result':
      return `${value.of}@${value.at}`;
  }
}

export function placeKey({ base, offset }: Place): string {
  return `${base}+${offset}`;
}

/** The place that a value plus a displacement points to. */
export function placeAt(value: Value, displacement: number): Place {
  switch (value.kind) {
    case 'constant':
      return { base: '', offset: value.value + displacement };
    case 'sum':
      return { base: value.base, offset: value.offset + displacement };
    default:
      return { base: keyOf(value), offset: displacement };
  }
}

/** A value plus a number. */
export function plus(value: Value, offset: number): Value {
  if (value.kind === 'constant') return { kind: 'constant', value: value.value + offset };
  if (value.kind === 'sum') return { ...value, offset: value.offset + offset };
  return offset === 0 ? value : { kind: 'sum', base: keyOf(value), offset };
}
