import { NotAvailable } from '../../errors/index.ts';
import { span, type Output } from '../../output/index.ts';
import type { SearchPaths } from '../../symbols/index.ts';
import { command, type Command, type Tier } from '../command.ts';
import type { Session } from '../session.ts';
import { elementsOf, type PlaceCheck, validationLines } from './validation.ts';

/** A path that a command shows and sets. */
export interface PathKind {
  readonly name: '.sympath' | '.exepath' | '.srcpath';
  readonly aliases: readonly string[];
  readonly tier: Tier;
  readonly summary: string;
  /** `Symbol search path`: the words before ` is: ` */
  readonly title: string;
  get(session: Session): string;
  set(session: Session, path: string): void;
  /** the path with what its short forms stand for; where absent none is shown */
  expanded?(path: string): string;
  check(path: string, host: SearchPaths): readonly PlaceCheck[];
  /** what could not be read of it, or holds for it */
  notes?(session: Session): readonly string[];
  /** what it is good to know about it */
  remarks?(session: Session): readonly string[];
}

/** What a path command answers, and what stood behind it on the line where it was asked for nothing. */
export interface PathModel {
  readonly path: string;
  readonly expanded: string | undefined;
  readonly checks: readonly PlaceCheck[];
  readonly notes: readonly string[];
  readonly remarks: readonly string[];
  readonly rest: string;
}

/**
 * `.sympath` and its kin. A path holds semicolons, so the rest of the line belongs to it; only a line that begins with
 * one goes on with the next command.
 */
export function pathCommand(kind: PathKind): Command {
  const { name } = kind;
  return command<PathModel>({
    name,
    beyond: 'search paths',
    aliases: [`${name}+`, ...kind.aliases.flatMap((alias) => [alias, `${alias}+`])],
    tier: kind.tier,
    takesRestOfLine: true,
    syntax: [name, `${name} Path [; ...]`, `${name}+ Path [; ...]`, ...kind.aliases.map((a) => `${a}[+] …`)],
    summary: kind.summary,
    options: [{ flag: '+', meaning: 'adds to the path instead of replacing it' }, TO_END_OF_LINE],
    run({ session, args, name: typed }) {
      const { path, rest } = pathAndRest(args);
      const given = elementsOf(path).join(';');
      if (given !== '') {
        const old = typed.endsWith('+') ? kind.get(session) : '';
        kind.set(session, [old, given].filter(Boolean).join(';'));
      }
      return pathModel(session, kind, rest);
    },
    async print(model, out, call) {
      printPath(kind.title, model, out);
      if (model.rest.trim() !== '') await call.execute(model.rest, out);
    },
    data: ({ path, expanded, checks }) => ({
      path,
      expanded,
      elements: checks.map(({ response, location }) => ({ response, location })),
    }),
  });
}

/** What the help of each says: other commands end at a semicolon. */
export const TO_END_OF_LINE = {
  flag: 'Path; …',
  meaning: 'goes to the end of the line: what stands behind a semicolon is a folder, not a command',
};

/** What a path command takes of its line, and what runs behind it: a line that begins with a semicolon names no path. */
export function pathAndRest(args: string): { readonly path: string; readonly rest: string } {
  return args.startsWith(';') ? { path: '', rest: args.slice(1) } : { path: args, rest: '' };
}

export function pathModel(session: Session, kind: PathKind, rest = ''): PathModel {
  const path = kind.get(session);
  return {
    path,
    expanded: path === '' ? undefined : kind.expanded?.(path),
    checks: session.paths ? kind.check(path, session.paths) : [],
    notes: kind.notes?.(session) ?? [],
    remarks: kind.remarks?.(session) ?? [],
    rest,
  };
}

export function printPath(
  title: string,
  { path, expanded, checks, notes, remarks }: PathModel,
  out: Output,
): void {
  out.line(`${title} is: `, span(path === '' ? '<empty>' : path, 'file'));
  if (expanded !== undefined) out.line(`Expanded ${title} is: `, span(expanded, 'file'));
  for (const note of notes) out.line(span(`WARNING: ${note}`, 'warning'));
  for (const line of validationLines(checks)) out.line(line);
  for (const remark of remarks) out.line(remark);
}

/** The host's paths; throws `NotAvailable` where it looks for no files. */
export function pathsOf(session: Session): SearchPaths {
  if (session.paths) return session.paths;
  throw new NotAvailable('no files are looked for here: symbols come with the dump or not at all');
}
