import {
  type DescriptorForm,
  type LfhForm,
  RangeKind,
  type SegmentForm,
  type VsForm,
} from './segmentForm.ts';

/*
 * The forms that are known. x64: measured on heaps of these builds (segment-heap-by-build), and for 18362 and later
 * also read from ntdll's types. x86: 18362 and 19041 from ntdll's types, measured on 19041; those before from the x64
 * offsets of the same build by pointer size, which agrees with the points measured on 14393.
 */

const { free, backend, lfh, vs, internal } = RangeKind;

/** RangeFlags before 16299: 01 LFH, 02 committed, 04 allocated, 08 first, 20 VS */
const OLD_KINDS = { 0x08: free, 0x0a: free, 0x0e: backend, 0x0f: lfh, 0x2e: vs, 0x2f: vs } as const;
/** 16299: 01 allocated, 02 first, then a number */
const KINDS_16299 = { 0x02: free, 0x03: backend, 0x07: lfh, 0x0b: vs } as const;
/** 17134 and later: 01 allocated, 02 first, 0C the HEAP_SEG_RANGE_TYPE */
const NEW_KINDS = { 0x02: free, 0x03: backend, 0x07: internal, 0x0b: lfh, 0x0f: vs } as const;

const OLD_DESCRIPTOR: DescriptorForm = {
  size: 0x20,
  unusedBytes: 6,
  unusedWidth: 2,
  extraPresent: 4,
  flags: 0x18,
  flagMask: 0x2f,
  firstBit: 8,
  kinds: OLD_KINDS,
  units: 0x1b,
  committedBit: 2,
};
const DESCRIPTOR: DescriptorForm = {
  size: 0x20,
  unusedBytes: 4,
  unusedWidth: 4,
  extraPresent: 8,
  flags: 0x18,
  flagMask: 0x1f,
  firstBit: 2,
  kinds: NEW_KINDS,
  units: 0x1f,
  committedPages: { offset: 0x19, shift: 0 },
};
const DESCRIPTOR_X86: DescriptorForm = {
  ...DESCRIPTOR,
  size: 0x10,
  flags: 0x0c,
  units: 0x0f,
  committedPages: { offset: 0x0c, shift: 5 },
};

const VS_X64: Pick<VsForm, 'size' | 'signature' | 'firstChunk'> = {
  size: 0x20,
  signature: 0x22,
  firstChunk: 0x30,
};
const VS_X86: Pick<VsForm, 'size' | 'signature' | 'firstChunk'> = {
  size: 0x14,
  signature: 0x16,
  firstChunk: 0x18,
};

const LFH_X64: Omit<LfhForm, 'key'> = {
  owner: 0x10,
  blockCount: 0x22,
  offsets: 0x28,
  bitmap: 0x30,
  bits: 'pairs',
};
const LFH_X86: Omit<LfhForm, 'key'> = {
  owner: 8,
  blockCount: 0x12,
  offsets: 0x18,
  bitmap: 0x20,
  bits: 'pairs',
};

const ONE_CONTEXT = { segmentSize: 0x100000, unitShift: 12 } as const;
const FIELDS_16299 = { segmentMask: 0, unitShift: 8, firstDescriptor: 0xa } as const;

const X64_14393: SegmentForm = {
  name: '10.0.14393 x64',
  pointerSize: 8,
  builds: [14393],
  basis: 'measured',
  heap: {
    globalFlags: 0x14,
    largeTree: 0x38,
    uncommittedBase: 0xa0,
    reservedLimit: 0xa8,
    vsContext: 0xb0,
    totals: { reserved: 0, committed: 8 },
    largeTotals: { reserved: 0x48, committed: 0x50 },
  },
  contexts: [{ at: 0, listHead: 0x60, segmentCount: 0x70, fixed: { ...ONE_CONTEXT, firstDescriptor: 2 } }],
  signature: { offset: 0x10, coding: 'heap' },
  descriptor: OLD_DESCRIPTOR,
  vs: { ...VS_X64, list: 0x18, encodedLinks: false, key: 'RtlpLFHKey' },
  lfh: { ...LFH_X64, key: 'RtlpLFHKey' },
  padding: 'sixteen',
};

const X64_10586: SegmentForm = {
  ...X64_14393,
  name: '10.0.10586 x64',
  builds: [10586],
  heap: { ...X64_14393.heap, uncommittedBase: 0x98, reservedLimit: 0xa0, vsContext: 0xa8 },
};

const X64_15063: SegmentForm = {
  ...X64_14393,
  name: '10.0.15063 x64',
  builds: [15063],
  vs: { ...X64_14393.vs, key: 'HeapKey' },
};

const X64_16299: SegmentForm = {
  name: '10.0.16299 x64',
  pointerSize: 8,
  builds: [16299],
  basis: 'measured',
  heap: {
    globalFlags: 0x14,
    largeTree: 0x50,
    uncommittedBase: 0x158,
    reservedLimit: 0x160,
    vsContext: 0x168,
    totals: { reserved: 0x18, committed: 0x20 },
  },
  contexts: [0x70, 0xd8].map((at) => ({
    at,
    listHead: 0x20,
    segmentCount: 0x30,
    fields: { ...FIELDS_16299, heap: 0x60 },
  })),
  signature: { offset: 0x10, coding: 'context' },
  descriptor: { ...DESCRIPTOR, kinds: KINDS_16299 },
  vs: { ...VS_X64, list: 0x18, encodedLinks: true, key: 'HeapKey' },
  lfh: { ...LFH_X64, key: 'RtlpLFHKey' },
  padding: 'sixteen',
};

const X64_17134: SegmentForm = {
  name: '10.0.17134 x64',
  pointerSize: 8,
  builds: [17134],
  basis: 'measured',
  heap: {
    globalFlags: 0x14,
    largeTree: 0x50,
    uncommittedBase: 0x178,
    reservedLimit: 0x180,
    vsContext: 0x188,
  },
  contexts: [0x70, 0xe8].map((at) => ({
    at,
    listHead: 0x20,
    segmentCount: 0x30,
    fields: { ...FIELDS_16299, heap: 0x70 },
  })),
  signature: { offset: 0x10, coding: 'context' },
  descriptor: DESCRIPTOR,
  vs: { ...VS_X64, list: 0x20, encodedLinks: true, key: 'HeapKey' },
  lfh: { ...LFH_X64, key: 'LfhKey' },
  padding: 'stored',
};

const X64_19041: SegmentForm = {
  ...X64_17134,
  name: '10.0.19041 x64',
  builds: [17763, 18362, 18363, 19041, 19042, 19043, 19044, 19045],
  heap: {
    globalFlags: 0x14,
    largeTree: 0x48,
    uncommittedBase: 0xf0,
    reservedLimit: 0xf8,
    vsContext: 0x280,
    totals: { reserved: 0x80, committed: 0x88 },
    largeTotals: { reserved: 0x58, committed: 0x60 },
  },
  contexts: [0x100, 0x1c0].map((at) => ({
    at,
    listHead: 0x48,
    segmentCount: 0x58,
    fields: { ...FIELDS_16299, heap: 0x38 },
  })),
  vs: { ...VS_X64, list: 0x20, encodedLinks: true, key: 'HeapKey', config: 0xb0, delayFree: 0x40 },
};

const X64_22621: SegmentForm = {
  ...X64_19041,
  name: '10.0.22621 x64',
  builds: [22000, 22621, 22631],
  heap: { ...X64_19041.heap, vsContext: 0x2c0 },
  contexts: X64_19041.contexts.map((context) => ({ ...context, at: context.at + 0x40 })),
  padding: 'none',
};

const X64_26100: SegmentForm = {
  ...X64_22621,
  name: '10.0.26100 x64',
  builds: [26100, 26200],
  heap: { ...X64_22621.heap, uncommittedBase: 0xf8, reservedLimit: 0x108 },
  signature: { offset: 0x10, coding: 'bare' },
  lfh: {
    key: 'LfhKey',
    blockCount: 0x22,
    offsets: 0x28,
    bitmap: 0x40,
    bits: 'split',
    chain: { first: 0x10, count: 0x12 },
  },
};

const X86_14393: SegmentForm = {
  name: '10.0.14393 x86',
  pointerSize: 4,
  builds: [14393],
  basis: 'derived',
  heap: {
    globalFlags: 0x0c,
    largeTree: 0x24,
    uncommittedBase: 0x58,
    reservedLimit: 0x5c,
    vsContext: 0x60,
    totals: { reserved: 0, committed: 4 },
    largeTotals: { reserved: 0x2c, committed: 0x30 },
  },
  contexts: [{ at: 0, listHead: 0x38, segmentCount: 0x40, fixed: { ...ONE_CONTEXT, firstDescriptor: 1 } }],
  signature: { offset: 8, coding: 'heap' },
  descriptor: { ...OLD_DESCRIPTOR, size: 0x10, flags: 0x0c, units: 0x0f },
  vs: { ...VS_X86, list: 0x0c, encodedLinks: false, key: 'RtlpLFHKey' },
  lfh: { ...LFH_X86, key: 'RtlpLFHKey' },
  padding: 'sixteen',
};

const X86_10586: SegmentForm = {
  ...X86_14393,
  name: '10.0.10586 x86',
  builds: [10586],
  heap: { ...X86_14393.heap, uncommittedBase: 0x54, reservedLimit: 0x58, vsContext: 0x5c },
};

const X86_15063: SegmentForm = {
  ...X86_14393,
  name: '10.0.15063 x86',
  builds: [15063],
  vs: { ...X86_14393.vs, key: 'HeapKey' },
};

const X86_19041: SegmentForm = {
  name: '10.0.19041 x86',
  pointerSize: 4,
  builds: [18362, 18363, 19041, 19042, 19043, 19044, 19045],
  basis: 'measured',
  heap: {
    globalFlags: 0x0c,
    largeTree: 0x44,
    uncommittedBase: 0xbc,
    reservedLimit: 0xc0,
    vsContext: 0x200,
    totals: { reserved: 0x80, committed: 0x84 },
    largeTotals: { reserved: 0x4c, committed: 0x50 },
  },
  contexts: [0x100, 0x180].map((at) => ({
    at,
    listHead: 0x44,
    segmentCount: 0x4c,
    fields: { segmentMask: 0, unitShift: 4, firstDescriptor: 6, heap: 0x24 },
  })),
  signature: { offset: 8, coding: 'context' },
  descriptor: DESCRIPTOR_X86,
  vs: { ...VS_X86, list: 0x10, encodedLinks: true, key: 'HeapKey', config: 0x98, delayFree: 0x40 },
  lfh: { ...LFH_X86, key: 'LfhKey' },
  padding: 'stored',
};

/** The forms of a pointer size, oldest first. */
const FORMS: readonly SegmentForm[] = [
  X64_10586,
  X64_14393,
  X64_15063,
  X64_16299,
  X64_17134,
  X64_19041,
  X64_22621,
  X64_26100,
  X86_10586,
  X86_14393,
  X86_15063,
  X86_19041,
];

/** All forms for a pointer size in the order to try them: those of this build first, then its nearest neighbours. */
export function formsFor(build: number, pointerSize: 4 | 8): SegmentForm[] {
  const away = (form: SegmentForm): number => Math.min(...form.builds.map((b) => Math.abs(b - build)));
  return FORMS.filter((form) => form.pointerSize === pointerSize).sort((a, b) => away(a) - away(b));
}
