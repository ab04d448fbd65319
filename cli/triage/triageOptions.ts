import { cpus } from 'node:os';
import { environmentPath, readArguments, WrongUsage } from '../options.ts';
import type { TriageBounds } from './triageQueue.ts';

export interface TriageOptions {
  /** files, folders and patterns as they were typed */
  readonly dumps: readonly string[];
  readonly symbolPath?: string;
  readonly imagePath?: string;
  readonly workers: number;
  readonly bounds: TriageBounds;
  readonly json: boolean;
  readonly redact: boolean;
  readonly help: boolean;
  /** `redis://host:port`: the queue that machines share */
  readonly redis?: string;
  /** take dumps from the shared queue until told to stop */
  readonly serve: boolean;
}

export const TRIAGE_USAGE = `stillframe triage [options] DUMP...
  DUMP              dumps, folders of dumps, or patterns with * and ?
  -y PATH -i PATH   symbol path and image path, as for one dump
  --workers N       processes that work at once (as many as there are processors)
  --timeout S       seconds for one dump (60); --memory MB: megabytes for one (1024)
  --json            one JSON object a line for each dump as it is done, and one for all of them at the end
  --redact          masks what is personal
  --redis URL       share the dumps with other machines through BullMQ on a Redis server
  --serve           with --redis: take dumps from there until Ctrl+C; every machine must see the same paths`;

const STRINGS = ['y', 'i', 'workers', 'timeout', 'memory', 'redis'];
const BOOLEANS = ['json', 'redact', 'serve', 'help'];
const SECONDS = 60;
const MEGABYTES = 1024;

/** Reads the arguments behind `triage`. Throws `WrongUsage` with the reason. */
export function readTriageOptions(argv: readonly string[], env: NodeJS.ProcessEnv): TriageOptions {
  const { text, has, words } = readArguments(argv, STRINGS, BOOLEANS);
  const count = (key: string, otherwise: number): number => {
    const value = text(key);
    if (value === undefined) return otherwise;
    if (!/^\d{1,6}$/.test(value) || Number(value) === 0)
      throw new WrongUsage(`--${key} needs a number above 0, and not ${value}`);
    return Number(value);
  };
  const redis = text('redis');
  const serve = has('serve');
  if (serve && redis === undefined) throw new WrongUsage('--serve needs --redis URL');
  if (!serve && !has('help') && words.length === 0) throw new WrongUsage('triage: which dumps?');
  return {
    dumps: words,
    symbolPath: text('y') ?? environmentPath(env),
    imagePath: text('i') ?? env._NT_EXECUTABLE_IMAGE_PATH,
    workers: count('workers', cpus().length),
    bounds: { seconds: count('timeout', SECONDS), megabytes: count('memory', MEGABYTES) },
    json: has('json'),
    redact: has('redact'),
    help: has('help'),
    redis,
    serve,
  };
}
