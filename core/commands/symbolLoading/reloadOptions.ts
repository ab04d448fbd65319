import { UsageError } from '../../errors/index.ts';

/** What `.reload` was asked for. Letters that only matter to a kernel debugger (/n, /s, /user, /d) change nothing here. */
export interface ReloadWish {
  /** /f: load now */
  readonly now: boolean;
  /** /i: take symbols of another build; means /f too */
  readonly ignoreMismatch: boolean;
  /** /u: take the module out of the list, with its symbols */
  readonly unload: boolean;
  /** /unl: put a module back that the process had unloaded */
  readonly fromUnloaded: boolean;
  /** /l: list the modules and do nothing */
  readonly list: boolean;
  /** /o: fetch anew what a server sent before */
  readonly overwrite: boolean;
  /** /v: tell where it looks */
  readonly verbose: boolean;
  /** /w: the name has no wildcards */
  readonly literal: boolean;
  /** what stands behind the options: a module's name, a pattern, an address; empty for all */
  readonly module: string;
  /** `=Address,Size,Timestamp` behind the name: expressions */
  readonly place?: ReloadPlace;
}

/** Where a module lies that is put into the list by hand. */
export interface ReloadPlace {
  readonly address: string;
  readonly size?: string;
  readonly timestamp?: string;
}

const SWITCHES = ['d', 'f', 'i', 'l', 'n', 'o', 's', 'u', 'user', 'unl', 'v', 'w'];

/** Reads `.reload`'s arguments: `/f /i ntdll.dll`, `/fi ntdll.dll`. Throws `UsageError`. */
export function parseReload(args: string): ReloadWish {
  const given = new Set<string>();
  let rest = args.trimStart();
  for (let m = /^[/-](\S*)\s*/.exec(rest); m; m = /^[/-](\S*)\s*/.exec(rest)) {
    const word = (m[1] ?? '').toLowerCase();
    const parts = SWITCHES.includes(word) ? [word] : [...word];
    for (const part of parts) {
      if (!SWITCHES.includes(part)) throw new UsageError(`.reload has no option /${word}`, 'syntax');
      given.add(part);
    }
    rest = rest.slice(m[0].length);
  }
  const [, module = '', placed] = /^([^=]*?)\s*(?:=(.*))?$/s.exec(rest.trim()) ?? [];
  if (module === '' && (given.has('u') || given.has('unl') || placed !== undefined)) {
    const form = placed !== undefined ? '=Address,Size' : given.has('u') ? '/u' : '/unl';
    throw new UsageError(`.reload ${form} takes the name of a module`);
  }
  return {
    now: given.has('f') || given.has('i') || given.has('o'),
    ignoreMismatch: given.has('i'),
    unload: given.has('u'),
    fromUnloaded: given.has('unl'),
    list: given.has('l'),
    overwrite: given.has('o'),
    verbose: given.has('v'),
    literal: given.has('w'),
    module,
    place: placed === undefined ? undefined : placeOf(placed),
  };
}

function placeOf(text: string): ReloadPlace {
  const [address = '', size = '', timestamp = '', ...more] = text.split(',').map((part) => part.trim());
  if (address === '' || more.length > 0)
    throw new UsageError('.reload takes Module=Address[,Size[,Timestamp]]', 'syntax');
  return { address, size: size || undefined, timestamp: timestamp || undefined };
}
