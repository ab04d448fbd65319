import type { StructureFields } from '../../core/protocol/pictures.ts';
import type { MemoryPage, MemoryRuns, PointerNote } from '../../core/protocol/pictures.ts';

/** What a memory pane asks of the engine. Failures are errors whose message is for the person. */
export interface MemorySource {
  readonly pointerSize: 4 | 8;
  /** of the dump's own machine: how far its address space reaches */
  readonly addressBits: 32 | 64;
  /** another function when there may be other bytes: after files were added, `.reload`, `||1s` */
  readonly runs: () => Promise<MemoryRuns>;
  readonly page: (start: bigint, length: number) => Promise<MemoryPage>;
  readonly notes: (start: bigint, length: number) => Promise<readonly PointerNote[]>;
  /** `ofContext`: in another thread or frame it may be another address */
  evaluate(expression: string): Promise<{ readonly address: bigint; readonly ofContext: boolean }>;
  /** undefined where nothing more is found */
  find(
    request: MemorySearch,
    signal: AbortSignal,
    /** how much of the memory that lies ahead has been searched, 0 to 1 */
    progress: (share: number) => void,
  ): Promise<{ readonly address: bigint; readonly length: number } | undefined>;
  fields(type: string, address: bigint): Promise<StructureFields>;
  /** type names that begin so */
  typeNames(prefix: string): Promise<readonly string[]>;
  /** what is known of an address, a fact each; empty where nothing is */
  describe(address: bigint): Promise<readonly string[]>;
}

export interface MemorySearch {
  /** `"text"`, `u"text"`, `cd cd fd fd`, or an expression whose value is looked for as a pointer */
  readonly text: string;
  readonly from: bigint;
  readonly direction: 'forward' | 'backward';
}
