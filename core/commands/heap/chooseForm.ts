import { UsageError } from '../../errors/index.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import type { Details } from './detailsPrinter.ts';
import { showDetails } from './detailsForm.ts';
import { filterBySize } from './filterForm.ts';
import { findBlock } from './findForm.ts';
import { decodeHeader } from './headerForm.ts';
import { findLeaks } from './leaksForm.ts';
import { listHeaps, listSegments } from './listForm.ts';
import { summarizeHeap } from './oneHeapForm.ts';
import { findAllocation, listAllocations } from './pageForm.ts';
import { pageHeapStatus } from './pageStatus.ts';
import { searchBlocks } from './searchForm.ts';
import { showStacks } from './stacksForm.ts';
import { type Grouping, statistics } from './statForm.ts';
import { summarizeHeaps } from './summaryForm.ts';
import { explainSummary } from './summaryHelp.ts';
import { heaviestStacks } from './tracesForm.ts';
import { triage } from './triageForm.ts';
import { countTypes } from './typesForm.ts';

/** The answers of all forms: each has data of its own. */
export type FormAnswer = Awaited<
  ReturnType<
    | typeof showDetails
    | typeof filterBySize
    | typeof findBlock
    | typeof decodeHeader
    | typeof findLeaks
    | typeof listHeaps
    | typeof listSegments
    | typeof summarizeHeap
    | typeof findAllocation
    | typeof listAllocations
    | typeof pageHeapStatus
    | typeof searchBlocks
    | typeof showStacks
    | typeof statistics
    | typeof summarizeHeaps
    | typeof explainSummary
    | typeof heaviestStacks
    | typeof triage
    | typeof countTypes
    | typeof explainPages
  >
>;

/** One use of `!heap`, understood but not run yet. */
export type HeapForm = (request: HeapRequest) => FormAnswer | Promise<FormAnswer>;

/** Options that ask a running process to do something, or need what it keeps only while it is debugged. */
const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  '-b': 'sets a breakpoint in the heap manager: it needs a live target',
  '-B': 'removes a breakpoint from the heap manager: it needs a live target',
  '-D': 'switches validation off: it needs a live target',
  '-E': 'switches validation on: it needs a live target',
  '-d': 'switches validation of one heap off: it needs a live target',
  '-e': 'switches validation of one heap on: it needs a live target',
  '-t': 'shows the tags of blocks, which only heaps made for tagging (NtGlobalFlag 800) have; a dump keeps no tag names',
  '-T': 'shows pseudo tags, which a release build of Windows does not count',
  '-g': 'shows global tags, which a release build of Windows does not count',
  '-fi': 'shows injected faults, which only a process under the verifier keeps',
};

/**
 * Understands the words behind `!heap`. A word that stands for what to do decides; options may stand in any order.
 * Throws `UsageError`.
 */
export function chooseForm(words: readonly string[], evaluate: (text: string) => bigint): HeapForm {
  const args = new Words(words);
  if (args.take('-p')) return pageForm(args, evaluate);
  if (args.take('-stat')) return statForm(args, evaluate);
  if (args.take('-flt')) return (request) => filterBySize(request, args.rest());
  if (args.take('-srch')) return (request) => searchBlocks(request, args.rest());
  if (args.take('-types')) {
    args.take('-h');
    return one(args, (heap) => (request) => countTypes(request, heap));
  }
  if (args.take('-triage'))
    return one(args, (text) => (request) => triage(request, text, { validate: false }));
  if (args.take('-l')) return none(args, findLeaks);
  if (args.take('-x')) {
    const verbose = args.take('-v');
    return one(args, (text) => (request) => findBlock(request, text, verbose));
  }
  if (args.take('-i')) return one(args, (text) => (request) => decodeHeader(request, text));
  if (args.take('-s')) return summaryForm(args, evaluate);
  if (args.take('-k')) {
    args.take('-h');
    return one(args, (heap) => (request) => showStacks(request, heap));
  }
  return detailsForm(args);
}

function summaryForm(args: Words, evaluate: (text: string) => bigint): HeapForm {
  if (args.take('-?')) return none(args, explainSummary);
  const verify = args.take('-v');
  args.take('-a');
  args.take('-c');
  const bucket = args.valueOf('-b');
  args.valueOf('-d');
  args.take('-h');
  const size = bucket === undefined ? undefined : Number(evaluate(bucket));
  return one(args, (heap) => async (request) => {
    if (verify) return triage(request, heap, { validate: true });
    return heap === undefined ? summarizeHeaps(request) : summarizeHeap(request, heap, size);
  });
}

function statForm(args: Words, evaluate: (text: string) => bigint): HeapForm {
  const group = args.valueOf('-grp');
  if (group !== undefined && !/^[ABS]$/i.test(group))
    throw new UsageError('!heap -stat -grp takes A, B or S');
  const grouping = group?.toUpperCase() as Grouping | undefined;
  const handle = args.valueOf('-h');
  const words = args.rest();
  // behind a group stands a number of rows, else the heap
  const heap = handle ?? (group === undefined ? words.shift() : undefined);
  const rows = words.shift();
  if (words.length > 0) throw new UsageError(`!heap -stat does not take ${words.join(' ')} here`);
  const limit = rows === undefined ? undefined : Number(evaluate(rows));
  if (limit !== undefined && limit < 1)
    throw new UsageError('!heap -stat -grp takes a number of rows above 0');
  return (request) => statistics(request, heap, grouping, limit);
}

function pageForm(args: Words, evaluate: (text: string) => bigint): HeapForm {
  if (args.take('-?')) return none(args, explainPages);
  if (args.take('-all')) return none(args, (request) => listAllocations(request, undefined));
  if (args.take('-a')) return one(args, (text) => (request) => findAllocation(request, text));
  if (args.take('-h')) return one(args, (heap) => (request) => listAllocations(request, heap));
  for (const [option, by] of [
    ['-t', 'count'],
    ['-tc', 'count'],
    ['-ts', 'size'],
  ] as const) {
    if (!args.take(option)) continue;
    return one(args, (count) => (request) => {
      const limit = count === undefined ? undefined : Number(evaluate(count));
      return heaviestStacks(request, by, limit);
    });
  }
  // a bare handle or address behind -p
  return one(args, (text) =>
    text === undefined ? pageHeapStatus : (request) => listAllocations(request, text),
  );
}

function detailsForm(args: Words): HeapForm {
  const all = args.take('-a');
  const frontEnd = args.take('-hl');
  const entries = args.take('-h');
  const lists = args.take('-f');
  const segments = args.take('-m');
  const validate = args.take('-v');
  const details: Details = {
    header: all || lists,
    segments: all || segments || entries || frontEnd,
    entries: all || entries || frontEnd,
    frontEnd: all || frontEnd,
  };
  return one(args, (heap) => {
    if (validate) return (request) => triage(request, heap, { validate: true });
    if (details.header || details.segments) return (request) => showDetails(request, heap, details);
    return heap === undefined ? listHeaps : (request) => listSegments(request, heap);
  });
}

/** What -p has. */
function explainPages() {
  const lines = [
    '!heap -p                   whether page heap and call stacks are on, and for which heaps',
    '!heap -p -a ADDRESS        the allocation that holds an address, and the call stack that made it',
    '!heap -p -h HEAP           all allocations of a heap',
    '!heap -p -all              those of all heaps',
    '!heap -p -t[c|s] [N]       the call stacks that made most blocks (c) or bytes (s) of what is busy',
  ];
  return {
    print(out) {
      for (const line of lines) out.line(line);
    },
    data: () => ({ forms: lines }),
  } satisfies HeapAnswer;
}

/** The words of a command, from which options are taken. */
class Words {
  private readonly words: string[];

  constructor(words: readonly string[]) {
    this.words = [...words];
  }

  /** Whether an option is there; takes it away. Names of more than one letter may be in any case. */
  take(option: string): boolean {
    const i = this.words.findIndex((w) => isOption(w, option));
    if (i < 0) return false;
    this.words.splice(i, 1);
    return true;
  }

  /** The word behind an option; takes both away. */
  valueOf(option: string): string | undefined {
    const i = this.words.findIndex((w) => isOption(w, option));
    if (i < 0) return undefined;
    const [, value] = this.words.splice(i, 2);
    if (value === undefined) throw new UsageError(`!heap ${option} needs a value`);
    return value;
  }

  /** What is left. */
  rest(): string[] {
    return this.words;
  }
}

function isOption(word: string, option: string): boolean {
  if (word.length !== option.length) return false;
  const name = word.startsWith('/') ? `-${word.slice(1)}` : word;
  return option.length > 2 ? name.toLowerCase() === option : name === option;
}

/** The form that takes at most one word more; what else stands there is not understood. */
function one(args: Words, form: (text: string | undefined) => HeapForm): HeapForm {
  const words = args.rest();
  const unknown = words.find((w) => /^[-/][A-Za-z?]/.test(w));
  const why = unknown === undefined ? undefined : NOT_APPLICABLE[unknown];
  if (why !== undefined) throw new UsageError(`!heap ${unknown ?? ''} ${why}`, 'not-applicable');
  if (unknown !== undefined)
    throw new UsageError(`!heap has no option ${unknown} here; .help !heap lists them`);
  // an expression may have blanks in it
  return form(words.length === 0 ? undefined : words.join(' '));
}

function none(args: Words, form: HeapForm): HeapForm {
  const [word] = args.rest();
  if (word !== undefined) throw new UsageError(`!heap does not take ${word} here`);
  return form;
}
