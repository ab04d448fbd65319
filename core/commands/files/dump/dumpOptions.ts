import { UsageError } from '../../../errors/index.ts';
import { readFileName } from '../../outputFiles.ts';

/** MINIDUMP_TYPE (minidumpapiset.h) of each option letter (-dump--create-dump-file-.md). */
export const MINI_OPTIONS = {
  f: 0x2n,
  F: 0x800n,
  h: 0x4n,
  u: 0x20n,
  t: 0x1000n,
  i: 0x40n,
  p: 0x100n,
  w: 0x200n,
  d: 0x1n,
  c: 0x2000n,
  r: 0x8n,
  R: 0x80n,
  y: 0x200000n,
} as const;

export type MiniOption = keyof typeof MINI_OPTIONS;

/** /ma is /mfFhut; /mA goes on over memory that cannot be read, which is all that can be done of a dump. */
const ALL: readonly MiniOption[] = ['f', 'F', 'h', 'u', 't'];

/** The last word is the file, whose path may begin with a slash too. */
const OPTION = /^\/([A-Za-z?]+)\s+(?=\S)/;

export interface DumpOptions {
  readonly fileName: string;
  readonly options: ReadonlySet<MiniOption>;
  readonly overwrite: boolean;
  readonly unique: boolean;
  readonly comment?: string;
  /** `/j`: an expression, the address of a JIT_DEBUG_INFO whose exception the dump gets */
  readonly jitInfo?: string;
}

/** Reads `[options] FileName`. Throws `UsageError`. */
export function readDumpOptions(args: string): DumpOptions {
  const options = new Set<MiniOption>();
  let [overwrite, unique] = [false, false];
  let comment: string | undefined;
  let jitInfo: string | undefined;
  let rest = args;
  for (let word = OPTION.exec(rest); word; word = OPTION.exec(rest)) {
    const option = word[1] ?? '';
    rest = rest.slice(word[0].length);
    if (option === 'o') overwrite = true;
    else if (option === 'u') unique = true;
    else if (option === 'c') {
      const read = readFileName(rest);
      comment = read.fileName;
      rest = read.rest;
    } else if (option === 'j') {
      const read = readFileName(rest);
      jitInfo = read.fileName;
      rest = read.rest;
    } else if (option.startsWith('m')) {
      for (const letter of option.slice(1)) addMini(options, letter);
    } else throw new UsageError(refusal(option));
  }
  const { fileName, rest: more } = readFileName(rest);
  if (fileName === '') throw new UsageError('.dump needs a file name');
  if (more !== '') throw new UsageError(`Extra character error in '${more}'`, 'syntax');
  return { fileName, options, overwrite, unique, comment, jitInfo };
}

function addMini(options: Set<MiniOption>, letter: string): void {
  if (letter === 'a' || letter === 'A') for (const each of ALL) options.add(each);
  else if (letter in MINI_OPTIONS) options.add(letter as MiniOption);
  else
    throw new UsageError(
      `.dump /m has no option ${letter}: there are a A ${Object.keys(MINI_OPTIONS).join(' ')}`,
    );
}

function refusal(option: string): string {
  if (option.startsWith('f'))
    return '.dump /f wrote a format that no debugger needs any more: /ma writes all there is';
  if (option.startsWith('k')) return '.dump /k is for kernel dumps: this is a dump of one process';
  if (option === 'a') return '.dump /a is for several live processes: this is a dump of one';
  if (option.startsWith('b'))
    return '.dump /b packs a CAB, which is not written here: compress the file that /m writes';
  if (option.startsWith('x'))
    return `.dump /${option} adds exception data of a live process: what this dump has is kept`;
  return `.dump has no option /${option}`;
}
