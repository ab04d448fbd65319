/** What a page range is used for, as its first descriptor says. */
export const RangeKind = { none: 0, free: 1, backend: 2, lfh: 3, vs: 4, internal: 5 } as const;
export type RangeKind = (typeof RangeKind)[keyof typeof RangeKind];

/** A key that headers are coded with, by its name in ntdll. `LfhKey` stands behind `HeapKey` in RtlpHpHeapGlobals. */
export type KeyName = 'HeapKey' | 'LfhKey' | 'RtlpLFHKey';

/**
 * Where a build of Windows keeps what, in its segment heaps. All offsets in bytes. A form is data, so that a build that
 * nobody measured can be told from its neighbours by trying theirs.
 */
export interface SegmentForm {
  /** the build it is known from: `10.0.19041 x64` */
  readonly name: string;
  readonly pointerSize: 4 | 8;
  /** the builds that are known to have it */
  readonly builds: readonly number[];
  /** what stands behind the numbers */
  readonly basis: FormBasis;
  readonly heap: {
    readonly globalFlags?: number;
    readonly largeTree: number;
    /** end of what is committed of the heap's own region, and end of that region */
    readonly uncommittedBase: number;
    readonly reservedLimit: number;
    readonly vsContext: number;
    /** pages that the heap counts as its own: segments and its own region, without large blocks */
    readonly totals?: { readonly reserved: number; readonly committed: number };
    readonly largeTotals?: { readonly reserved: number; readonly committed: number };
  };
  /** a heap of one context has its list in the heap itself; of two, each has a structure */
  readonly contexts: readonly SegContextForm[];
  /** offset of the signature in a page segment, and what it is coded with beside the segment's address */
  readonly signature: { readonly offset: number; readonly coding: SignatureCoding };
  readonly descriptor: DescriptorForm;
  readonly vs: VsForm;
  readonly lfh: LfhForm;
  /** what stands in front of the user's bytes where front padding is on */
  readonly padding: PaddingForm;
}

/** `measured`: every live block of real heaps was found with it; `types`: read from symbols; `derived`: worked out. */
export type FormBasis = 'measured' | 'types' | 'derived';

/** `heap`: segment >> 20 and the heap; `context`: segment and context; `bare`: that without the constant. */
export type SignatureCoding = 'heap' | 'context' | 'bare';

export interface SegContextForm {
  /** of the context in the heap */
  readonly at: number;
  /** from `at` */
  readonly listHead: number;
  readonly segmentCount: number;
  /** from `at`: where mask, shift and first descriptor stand; a form of one fixed context has the values instead */
  readonly fields?: {
    readonly segmentMask: number;
    readonly unitShift: number;
    readonly firstDescriptor: number;
    /** pointer back to the heap */
    readonly heap: number;
  };
  readonly fixed?: {
    readonly segmentSize: number;
    readonly unitShift: number;
    readonly firstDescriptor: number;
  };
}

export interface DescriptorForm {
  readonly size: number;
  readonly unusedBytes: number;
  readonly unusedWidth: 2 | 4;
  readonly extraPresent?: number;
  readonly flags: number;
  /** bits of the flags byte that are flags */
  readonly flagMask: number;
  /** set in the first descriptor of a range */
  readonly firstBit: number;
  readonly kinds: Readonly<Record<number, RangeKind>>;
  readonly units: number;
  /** pages of a unit that are committed; older builds have only the flag in `committedBit` */
  readonly committedPages?: { readonly offset: number; readonly shift: number };
  readonly committedBit?: number;
}

export interface VsForm {
  /** from the heap's VsContext */
  readonly list: number;
  readonly encodedLinks: boolean;
  readonly key: KeyName;
  /** from the subsegment */
  readonly size: number;
  readonly signature: number;
  readonly firstChunk: number;
  /** from VsContext: options that user mode never sets and a program can force; absent where not known */
  readonly config?: number;
  readonly delayFree?: number;
}

export interface LfhForm {
  readonly key: KeyName;
  readonly owner?: number;
  readonly blockCount: number;
  readonly offsets: number;
  readonly bitmap: number;
  /** `pairs`: busy and unused bit side by side; `split`: a dword of each for 32 blocks, freed blocks on a chain */
  readonly bits: 'pairs' | 'split';
  /** for `split`: words with the first chained block and their number */
  readonly chain?: { readonly first: number; readonly count: number };
}

/** `stored`: its size stands at the block's start; `sixteen`: always 16 bytes, written nowhere. */
export type PaddingForm = 'none' | 'stored' | 'sixteen';
