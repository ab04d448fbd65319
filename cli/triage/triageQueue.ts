/** One dump to look at, as plain data: it may travel to another process or machine. */
export interface TriageTask {
  /** counts from 0 in the order that dumps were named */
  readonly id: number;
  readonly dump: string;
  readonly symbolPath?: string;
  readonly imagePath?: string;
  readonly redact?: boolean;
}

/** What became of one dump. */
export interface TriageOutcome {
  readonly id: number;
  readonly dump: string;
  readonly ok: boolean;
  /** the data of `!analyze` */
  readonly data?: TriageData;
  readonly error?: { readonly code: string; readonly message: string };
  readonly seconds: number;
}

/** `!analyze`'s data, as far as the triage looks into it. */
export interface TriageData {
  readonly signature?: string;
  readonly [key: string]: unknown;
}

/** The bounds of one dump's triage: what is over them is ended, and the next dump begins. */
export interface TriageBounds {
  readonly seconds: number;
  readonly megabytes: number;
}

/**
 * Where dumps wait for a worker. The local pool is one; a queue on a server, which many machines take from, is another.
 * Whatever becomes of one dump, the others go on: `run` rejects only where the queue itself does not work.
 */
export interface TriageQueue {
  /** Gives out all tasks; `done` hears of each as it is finished, in any order. */
  run(tasks: readonly TriageTask[], done: (outcome: TriageOutcome) => void): Promise<void>;
  close(): Promise<void>;
}
