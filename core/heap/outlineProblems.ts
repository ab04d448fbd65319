import { hexAddress } from '../bytes/index.ts';
import type { Target } from '../target/index.ts';
import { addressOf, type AddressReader } from './addressReader.ts';
import type { LinkedRing } from './linkedList.ts';
import type { FindingKind, HeapFinding } from './model.ts';

/** MINIDUMP_TYPE: MiniDumpWithFullMemory, MiniDumpWithPrivateReadWriteMemory */
const WITH_HEAPS = 0x202n;

/** Whether the dump was written to hold all heap memory, so that a pointer out of it is damage and no hole. */
export function holdsHeaps({ dump }: Target): boolean {
  return dump === undefined || (dump.header.flags & WITH_HEAPS) !== 0n;
}

/** Gathers what is wrong with a heap's lists, and what only the dump lacks. */
export class OutlineProblems {
  readonly findings: HeapFinding[] = [];
  readonly notes: string[] = [];

  constructor(
    private readonly reader: AddressReader,
    /** `holdsHeaps` */
    private readonly whole: boolean,
  ) {}

  add(
    address: number,
    kind: FindingKind,
    problem: string,
    expected?: number | string,
    found?: number | string,
  ): void {
    this.findings.push({
      address: addressOf(address),
      kind,
      problem,
      expected: textOf(expected),
      found: textOf(found),
    });
  }

  /** Something that a heap with all its memory has, at an address that is not there. */
  absent(address: number, what: string): void {
    if (this.whole) this.add(address, 'segment', `${what} is not in the dump`);
    else this.notes.push(`${what} at ${hexAddress(address)} is not in the dump`);
  }

  /** A ring that cannot be followed to its end; `list` names it: `the list of segments`. */
  ring({ broken }: LinkedRing, list: string): void {
    if (!broken) return;
    const { at, next } = broken;
    const readable = next !== undefined && this.reader.has(next, 1);
    if (!readable && !this.whole) {
      this.notes.push(`${list} leads on to memory that is not in the dump`);
      return;
    }
    const found = next === undefined ? 'memory that is not in the dump' : next;
    this.add(at, 'list', `${list} is broken`, 'a link that leads back', found);
  }
}

function textOf(value: number | string | undefined): string | undefined {
  return typeof value === 'number' ? hexAddress(value) : value;
}
