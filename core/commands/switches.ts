import { UsageError } from '../errors/index.ts';

/** The switches before a command's other arguments, and what follows them. */
export interface Switches {
  has(letter: string): boolean;
  /** what stands behind a switch that takes a value: `/s 4` */
  value(letter: string): string | undefined;
  readonly rest: string;
}

/**
 * Reads switches as the engine's own commands take them: `/i /t`, `/it`, `-v`. `letters` are those the command knows,
 * their case counts; those in `valued` are followed by a word. Throws `UsageError` for others.
 */
export function readSwitches(command: string, args: string, letters: string, valued = ''): Switches {
  const found = new Map<string, string | undefined>();
  let rest = args.trimStart();
  for (let word = /^[/-](\S+)/.exec(rest); word?.[1] !== undefined; word = /^[/-](\S+)/.exec(rest)) {
    rest = rest.slice(word[0].length).trimStart();
    for (const letter of word[1]) {
      if (letter === '/' || letter === '-') continue;
      if (!letters.includes(letter)) throw new UsageError(`${command} has no switch /${letter}`);
      if (valued.includes(letter)) {
        const value = /^\S+/.exec(rest)?.[0];
        if (value === undefined) throw new UsageError(`${command} /${letter} needs a value`);
        found.set(letter, value);
        rest = rest.slice(value.length).trimStart();
      } else {
        found.set(letter, undefined);
      }
    }
  }
  return { has: (letter) => found.has(letter), value: (letter) => found.get(letter), rest };
}

/** How /a /A /n /N /z /Z order what is listed. */
export interface Ordered {
  readonly name: string;
  readonly address: bigint | undefined;
  readonly size: number | undefined;
}

/** Whether `sortBySwitch` changes the order. */
export function isSorted(switches: Switches): boolean {
  return [...'aAnNzZ'].some((letter) => switches.has(letter));
}

/** Sorts by the switch that was given, capitals downward; the order of the source without one. Names know no case. */
export function sortBySwitch<T extends Ordered>(items: readonly T[], switches: Switches): readonly T[] {
  const orders: readonly [letter: string, compare: (a: T, b: T) => number][] = [
    ['a', byAddress],
    ['n', byName],
    ['z', bySize],
  ];
  for (const [letter, compare] of orders) {
    if (switches.has(letter)) return [...items].sort(compare);
    if (switches.has(letter.toUpperCase())) return [...items].sort((a, b) => compare(b, a));
  }
  return items;
}

function byAddress(a: Ordered, b: Ordered): number {
  const [left, right] = [a.address ?? 0n, b.address ?? 0n];
  return left < right ? -1 : left > right ? 1 : 0;
}

function byName(a: Ordered, b: Ordered): number {
  const [left, right] = [a.name.toLowerCase(), b.name.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

function bySize(a: Ordered, b: Ordered): number {
  return (a.size ?? 0) - (b.size ?? 0);
}
