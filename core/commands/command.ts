import type { JsonObject, Output } from '../output/index.ts';
import type { ErrorCode } from '../errors/index.ts';
import type { Variables } from '../script/index.ts';
import type { Pace } from './pace.ts';
import type { Session } from './session.ts';

/** One use of a command: what was typed, and where it runs. */
export interface Call {
  readonly session: Session;
  /** the command's name as typed: `kn`, `lmvm`, `!peb` */
  readonly name: string;
  /** all that follows the name, trimmed */
  readonly args: string;
  /** for long work: progress, cancellation, breath for the host */
  readonly pace: Pace;
  /** set where nobody takes `data`: it is not made then */
  readonly textOnly?: boolean;
  /**
   * Runs another command line, or a whole program, and prints what it prints: for `~*e`, `!for_each_frame` and their
   * kin. A failure is printed where it happens and ends that program; it comes back to the caller. `Cancelled` is thrown.
   */
  execute(line: string, out: Output, options?: ExecuteOptions): Promise<Executed>;
}

export interface ExecuteOptions {
  /**
   * Names that stand for texts while it runs: `@#ModuleName`, `$arg1`. They are replaced as the variable of .foreach is:
   * where they stand alone, or in `${ }`; in the blocks of the program too.
   */
  readonly variables?: Variables;
}

/** What became of a program. */
export interface Executed {
  /** why it ended early */
  readonly failure?: { readonly code: ErrorCode; readonly message: string };
}

/** How far a command goes: as commands.json ranks it. */
export type Tier = 'A' | 'B' | 'C' | 'ours';

/** What a command reaches beyond the dump and the session on it. */
export type Beyond =
  | 'writes files'
  /** that the person names: scripts, sources */
  | 'reads files'
  /** where symbols, images and sources are looked for: folders and servers */
  | 'search paths'
  | 'other dumps'
  | 'ends the session';

export interface CommandHelp {
  /** one line a form, as the manual writes it: `k [FrameCount]` */
  readonly syntax: readonly string[];
  /** one sentence */
  readonly summary: string;
  readonly options?: readonly { readonly flag: string; readonly meaning: string }[];
}

/**
 * A command computes a model, then prints it. `run` reads the dump and changes nothing but what the command is for
 * (a context, a setting); it may throw `AwaitFirst` and is then run again, so it prints nothing.
 */
export interface CommandDefinition<M> extends CommandHelp {
  /** the name the manual lists it by */
  readonly name: string;
  /** other exact names: `.excr` for `.ecxr` */
  readonly aliases?: readonly string[];
  /**
   * For families whose name carries options (`k`, `lm`, `~`, `d`): matches the name at the start of the line,
   * anchored with ^. Without it the name is the first word.
   */
  readonly pattern?: RegExp;
  readonly tier: Tier;
  /** the rest of the line belongs to it, `;` and all: `*`, `~*e` */
  readonly takesRestOfLine?: boolean;
  /**
   * How far it reaches, where a semicolon outside quotes is not the rule: matches the command's text at its start,
   * anchored with ^ (`as`, `.echo`). What it does not match goes by the rule.
   */
  readonly reach?: RegExp;
  /** absent for all that look at the dump and no further: a host may keep its clients from the others */
  readonly beyond?: Beyond;
  /** an option that asks for help, besides `-?`: `-h` */
  readonly helpOption?: string;
  run(call: Call): M | Promise<M>;
  /** Prints; a promise is waited for. */
  print(model: M, out: Output, call: Call): unknown;
  /** the `data` of the JSON output, from the model alone */
  data?(model: M, call: Call): JsonObject;
  /** `print` completes the model, because what it prints is too much to compute before: `data` is asked for behind it */
  readonly dataAfterPrint?: boolean;
}

/** A command with its model's type out of sight: what the registry holds. */
export interface Command extends CommandHelp {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly pattern?: RegExp;
  readonly tier: Tier;
  readonly takesRestOfLine: boolean;
  readonly reach?: RegExp;
  readonly beyond?: Beyond;
  readonly helpOption?: string;
  readonly hasData: boolean;
  /** Runs and prints; gives the data for the JSON output where it is wanted and the command has any. */
  execute(call: Call): Promise<{ readonly data?: JsonObject; print(out: Output): unknown }>;
}

/** Makes a command for the registry of a definition. */
export function command<M>(definition: CommandDefinition<M>): Command {
  const {
    name,
    aliases = [],
    pattern,
    tier,
    takesRestOfLine = false,
    reach,
    beyond,
    helpOption,
    syntax,
    summary,
    options,
  } = definition;
  return {
    name,
    aliases,
    pattern,
    tier,
    takesRestOfLine,
    reach,
    beyond,
    helpOption,
    syntax,
    summary,
    options,
    hasData: definition.data !== undefined,
    async execute(call) {
      const model = await definition.run(call);
      const print = (out: Output): unknown => definition.print(model, out, call);
      if (call.textOnly) return { print };
      if (!definition.dataAfterPrint) return { data: definition.data?.(model, call), print };
      return {
        get data() {
          return definition.data?.(model, call);
        },
        print,
      };
    },
  };
}
