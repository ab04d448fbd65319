/** Answers kept for one source; beyond it all are forgotten and asked for anew. */
const MAX_ANSWERS = 1 << 16;

/** The answer of a source for a number, asked for once: the frames of many threads ask the same. */
export function remembered<S extends object, T>(
  cache: WeakMap<S, Map<number, T>>,
  source: S,
  key: number,
  ask: () => T,
): T {
  let answers = cache.get(source);
  if (!answers) cache.set(source, (answers = new Map<number, T>()));
  let answer = answers.get(key);
  if (answer === undefined && !answers.has(key)) {
    answer = ask();
    if (answers.size >= MAX_ANSWERS) answers.clear();
    answers.set(key, answer);
  }
  return answer as T;
}
