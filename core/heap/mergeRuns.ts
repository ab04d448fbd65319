/**
 * The order that makes `keys` rise: indices, equal keys in the order they stand. A walk gives blocks in few rising runs
 * (one a segment), so the runs are found and merged, which is linear where there is one and n log(runs) at worst.
 * Undefined where the keys rise already.
 */
export function mergeRuns(keys: Float64Array): Uint32Array | undefined {
  const n = keys.length;
  let ends = runEnds(keys);
  if (ends.length <= 1) return undefined;
  let from = Uint32Array.from({ length: n }, (_, i) => i);
  let to = new Uint32Array(n);
  while (ends.length > 1) {
    const merged: number[] = [];
    let start = 0;
    for (let r = 0; r < ends.length; r += 2) {
      const middle = ends[r] ?? n;
      const end = ends[r + 1] ?? middle;
      merge(keys, from, to, start, middle, end);
      merged.push(end);
      start = end;
    }
    [from, to] = [to, from];
    ends = merged;
  }
  return from;
}

/** The index behind each rising run. */
function runEnds(keys: Float64Array): number[] {
  const ends: number[] = [];
  for (let i = 1; i < keys.length; i++) {
    if ((keys[i] ?? 0) < (keys[i - 1] ?? 0)) ends.push(i);
  }
  if (keys.length > 0) ends.push(keys.length);
  return ends;
}

function merge(
  keys: Float64Array,
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  middle: number,
  end: number,
): void {
  let a = start;
  let b = middle;
  for (let out = start; out < end; out++) {
    const left = from[a] ?? 0;
    const right = from[b] ?? 0;
    if (a < middle && (b >= end || (keys[left] ?? 0) <= (keys[right] ?? 0))) {
      to[out] = left;
      a++;
    } else {
      to[out] = right;
      b++;
    }
  }
}
