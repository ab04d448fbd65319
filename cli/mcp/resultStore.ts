import { StillframeError } from '../../core/errors/index.ts';
import type { Ran } from './openDumps.ts';
import type { SchemaResources } from './schemaResources.ts';

/** Results whose lines can be asked for again: the newest. */
const KEPT = 16;
/** Characters of a page, whatever its lines are: what a model can read at once. */
const MAX_CHARACTERS = 60_000;
/** Characters of JSON that go with the first page; larger data is left out, and that is said. */
const MAX_DATA = 60_000;

/** One page of what a command printed. */
export interface Page {
  readonly result: string;
  readonly ok: boolean;
  readonly text: string;
  readonly lines: { readonly from: number; readonly to: number; readonly total: number };
  /** where the next page begins; absent where this is the last */
  readonly next?: number;
  /** of one command the data, of several a list; absent where there is none, or it is too large */
  readonly data?: unknown;
  /** of one command the address of the resource that is its data's JSON Schema */
  readonly dataSchema?: string;
  readonly dataOmitted?: string;
  readonly errors?: readonly { readonly command: string; readonly code: string; readonly message: string }[];
}

/** Keeps what commands printed, so that a client reads on without running them again. */
export class ResultStore {
  private readonly results = new Map<string, Ran>();
  private count = 0;

  constructor(private readonly schemas: Pick<SchemaResources, 'uriOf'>) {}

  /** Keeps a result and gives its first page, with the data. */
  add(ran: Ran, limit: number): Page {
    const id = `r${++this.count}`;
    this.results.set(id, ran);
    for (const old of this.results.keys()) {
      if (this.results.size <= KEPT) break;
      this.results.delete(old);
    }
    return { ...this.page(id, 0, limit), ...this.dataOf(ran) };
  }

  /** A page of a kept result, from a line on. Throws where the result is not kept any more. */
  page(id: string, from: number, limit: number): Page {
    const ran = this.results.get(id);
    if (!ran)
      throw new StillframeError('not-available', `result ${id} is not kept any more: run the command again`);
    const { lines, printed, results } = ran;
    const shown: string[] = [];
    let characters = 0;
    for (const line of lines.slice(from, from + limit)) {
      characters += line.length + 1;
      if (characters > MAX_CHARACTERS && shown.length > 0) break;
      shown.push(line.slice(0, MAX_CHARACTERS));
    }
    const to = from + shown.length;
    const errors = results.flatMap(({ command, error }) => (error ? [{ command, ...error }] : []));
    return {
      result: id,
      ok: errors.length === 0,
      text: shown.join('\n'),
      lines: { from, to, total: printed },
      ...(to < lines.length ? { next: to } : {}),
      ...(errors.length > 0 ? { errors } : {}),
    };
  }

  private dataOf({ results, command }: Ran): Pick<Page, 'data' | 'dataSchema' | 'dataOmitted'> {
    const [first, ...others] = results;
    const isOne = others.length === 0;
    const text = JSON.stringify(isOne ? (first?.data ?? {}) : results.map((r) => r.data ?? {}));
    const size = text.length;
    if (size > MAX_DATA)
      return {
        dataOmitted: `the data has ${size} characters: ask for less, or read the text by pages`,
      };
    // as JSON has it: what is undefined is absent
    const data: unknown = JSON.parse(text);
    return { data, ...(isOne && first?.data && { dataSchema: this.schemas.uriOf(command) }) };
  }
}
