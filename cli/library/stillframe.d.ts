/** What `import { openDump } from 'stillframe'` gives: written by hand, so that it changes only when somebody means it. */

/** Where symbols, images and sources are looked for, as on the command line. The dump's own folder always is. */
export interface OpenOptions {
  /** folders and `srv*cache*server` entries, `;` between; a server is asked only when one is named */
  readonly symbolPath?: string;
  readonly imagePath?: string;
  readonly sourcePath?: string;
  /** masks what is personal in all text and data */
  readonly redact?: boolean;
}

export interface RunOptions {
  /** stops the running command: its answer has the error `cancelled` */
  readonly signal?: AbortSignal;
  /** hears how far long work is */
  readonly onProgress?: (progress: {
    readonly done: number;
    readonly total?: number;
    readonly what: string;
  }) => void;
}

/** What one command came to: a line of the command line's `--json`. */
export interface CommandAnswer {
  readonly command: string;
  readonly ok: boolean;
  /** what the command prints, lines separated by `\n` */
  readonly text: string;
  /** the command's data; addresses and 64-bit values are strings like `0x7ffdf000` */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly message: string };
}

/** A dump, open. One line of commands runs at a time; later ones wait. */
export interface Dump {
  /** Runs commands, `;` between. A command's failure is in its answer; the next one runs. */
  run(commands: string, options?: RunOptions): Promise<CommandAnswer[]>;
  /** Closes the file. */
  close(): void;
}

/** Opens a Windows user-mode minidump, also within .gz, .zip, .cab and .7z. Rejects where there is none, saying why. */
export function openDump(path: string, options?: OpenOptions): Promise<Dump>;
