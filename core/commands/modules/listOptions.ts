import { UsageError } from '../../errors/index.ts';
import { compileWildcard, type Wildcard } from '../../types/index.ts';
import type { Address } from '../../target/index.ts';
import { toAddress } from '../../eval/index.ts';
import type { Session } from '../session.ts';

/** What lm was asked for. Letters that only matter to a kernel debugger (u, k) and D (links) change nothing here. */
export interface ListOptions {
  /** v: details of each */
  readonly verbose: boolean;
  /** 1m: names and nothing else */
  readonly namesOnly: boolean;
  /** sm: by name instead of by address */
  readonly byName: boolean;
  /** o: no unloaded ones */
  readonly loadedOnly: boolean;
  /** l: those whose symbols are loaded */
  readonly withSymbols: boolean;
  /** e: those whose symbols are not as they should be */
  readonly withProblems: boolean;
  /** c */
  readonly checksum: boolean;
  /** f or p full path, n or i file name: instead of the symbol status */
  readonly show: 'symbols' | 'path' | 'fileName' | 'none';
  /** t */
  readonly timestamp: boolean;
  readonly address?: Address;
  /** m */
  readonly name?: Wildcard;
  /** M */
  readonly path?: Wildcard;
}

/**
 * Reads what follows `lm`: option letters in any order, together or apart, `a ADDRESS`, `m PATTERN`, `M PATTERN`. The
 * pattern ends at a blank; more letters may follow it (`lm m echo* v`).
 */
export function parseListOptions(text: string, session: Pick<Session, 'evaluator' | 'machine'>): ListOptions {
  const found = {
    verbose: false,
    namesOnly: false,
    byName: false,
    loadedOnly: false,
    withSymbols: false,
    withProblems: false,
    checksum: false,
    show: 'symbols' as ListOptions['show'],
    timestamp: false,
    address: undefined as Address | undefined,
    name: undefined as Wildcard | undefined,
    path: undefined as Wildcard | undefined,
  };
  let rest = text.trimStart();
  while (rest !== '') {
    const two = rest.slice(0, 2);
    if (two === '1m' || two === 'sm') {
      if (two === '1m') found.namesOnly = true;
      else found.byName = true;
      rest = rest.slice(2).trimStart();
      continue;
    }
    const letter = rest.charAt(0);
    rest = rest.slice(1).trimStart();
    switch (letter) {
      case 'v':
        found.verbose = true;
        break;
      case 'o':
        found.loadedOnly = true;
        break;
      case 'l':
        found.withSymbols = true;
        break;
      case 'e':
        found.withProblems = true;
        break;
      case 'c':
        found.checksum = true;
        break;
      case 'f':
      case 'p':
        found.show = 'path';
        break;
      case 'n':
      case 'i':
        found.show = 'fileName';
        break;
      case 't':
        found.timestamp = true;
        // `lmt` shows the time alone, `lmtn` and `lmtf` a file name before it
        if (found.show === 'symbols') found.show = 'none';
        break;
      case 'D':
      case 'u':
      case 'k':
        break;
      case 'a': {
        const { value, rest: after } = session.evaluator.evaluatePrefix(rest);
        found.address = toAddress(value, session.machine.pointerSize);
        rest = after.trimStart();
        break;
      }
      case 'm':
      case 'M': {
        const pattern = /^\S+/.exec(rest)?.[0];
        if (pattern === undefined) throw new UsageError(`lm ${letter} needs a pattern`, 'syntax');
        if (letter === 'm') found.name = compileWildcard(pattern);
        else found.path = compileWildcard(pattern);
        rest = rest.slice(pattern.length).trimStart();
        break;
      }
      default:
        throw new UsageError(`lm has no option '${letter}'`, 'syntax');
    }
  }
  return found;
}
