/** Symbols by address as columns: RVAs in ascending order, and for each what the table's owner finds it by. */
export interface AddressTable {
  readonly rvas: Uint32Array;
  readonly values: Uint32Array;
}

/** Keys of this many values sort as one double each: 2^32 RVAs times 2^21 positions are exact in 53 bits. */
const POSITIONS = 2 ** 21;

/** Sorts by RVA; equal RVAs keep the order they came in. */
export function addressTable(rvas: Uint32Array, values: Uint32Array): AddressTable {
  const count = rvas.length;
  let sorted = true;
  for (let i = 1; i < count && sorted; i++) sorted = (rvas[i - 1] ?? 0) <= (rvas[i] ?? 0);
  if (sorted) return { rvas, values };
  const order = sortedOrder(rvas);
  return {
    rvas: Uint32Array.from(order, (i) => rvas[i] ?? 0),
    values: Uint32Array.from(order, (i) => values[i] ?? 0),
  };
}

/** The positions of `keys` in ascending order of the keys; equal keys in their own order. */
export function sortedOrder(keys: Uint32Array): Uint32Array {
  const count = keys.length;
  const order = new Uint32Array(count);
  if (count <= POSITIONS) {
    const combined = new Float64Array(count);
    for (let i = 0; i < count; i++) combined[i] = (keys[i] ?? 0) * POSITIONS + i;
    combined.sort();
    for (let i = 0; i < count; i++) order[i] = (combined[i] ?? 0) % POSITIONS;
    return order;
  }
  for (let i = 0; i < count; i++) order[i] = i;
  return order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
}

/** Index of the last entry at or below an RVA, of several at one RVA the first; -1 where there is none. */
export function indexAtOrBelow(rvas: Uint32Array, rva: number): number {
  const above = indexAbove(rvas, rva);
  if (above === 0) return -1;
  const found = rvas[above - 1] ?? 0;
  return found === 0 ? 0 : indexAbove(rvas, found - 1);
}

/** Index of the first entry above an RVA; the table's length where there is none. */
export function indexAbove(rvas: Uint32Array, rva: number): number {
  let low = 0;
  let high = rvas.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rvas[middle] ?? 0) <= rva) low = middle + 1;
    else high = middle;
  }
  return low;
}
