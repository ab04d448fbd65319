import { BuiltInTypes, type StructLayouts } from '../../types/index.ts';
import type { SegContextForm, SegmentForm } from './segmentForm.ts';

const HEAP = '_SEGMENT_HEAP';
const CONTEXT = '_HEAP_SEG_CONTEXT';
const VS_CONTEXT = '_HEAP_VS_CONTEXT';

/**
 * A form with the offsets of ntdll's own types, for builds that nobody measured. How things are coded is in no type:
 * that is taken from the nearest known form. Undefined where the types are not there; built-in layouts, which may be of
 * another build, say nothing that the known forms do not.
 */
export function formFromTypes(
  layouts: StructLayouts,
  known: readonly SegmentForm[],
): SegmentForm | undefined {
  const [near] = known;
  const [context] = near?.contexts ?? [];
  const own = layouts.sources.find((source) => source.find(HEAP) !== undefined);
  if (!near || !context || !own || own instanceof BuiltInTypes || !isThere(layouts)) return undefined;
  const at = (type: string, path: string): number => layouts.offset(type, path);
  const maybe = (type: string, path: string): number | undefined =>
    layouts.has(type, path) ? layouts.offset(type, path) : undefined;
  const firstContext = at(HEAP, 'SegContexts');
  const form: SegContextForm = {
    at: firstContext,
    listHead: at(CONTEXT, 'SegmentListHead'),
    segmentCount: at(CONTEXT, 'SegmentCount'),
    fields: {
      segmentMask: at(CONTEXT, 'SegmentMask'),
      unitShift: at(CONTEXT, 'UnitShift'),
      firstDescriptor: at(CONTEXT, 'FirstDescriptorIndex'),
      heap: at(CONTEXT, 'Heap'),
    },
  };
  const totals = maybe(HEAP, 'MemStats.TotalReservedPages');
  return {
    ...near,
    name: `types of ${own.origin}`,
    builds: [],
    basis: 'types',
    heap: {
      globalFlags: maybe(HEAP, 'GlobalFlags'),
      largeTree: at(HEAP, 'LargeAllocMetadata'),
      uncommittedBase: at(HEAP, 'UncommittedBase'),
      reservedLimit: at(HEAP, 'ReservedLimit'),
      vsContext: at(HEAP, 'VsContext'),
      totals: totals === undefined ? undefined : { reserved: totals, committed: totals + near.pointerSize },
    },
    contexts: [form, { ...form, at: firstContext + layouts.size(CONTEXT) }],
    vs: {
      ...near.vs,
      list: at(VS_CONTEXT, 'SubsegmentList'),
      config: maybe(VS_CONTEXT, 'Config'),
      delayFree: maybe(VS_CONTEXT, 'DelayFreeContext'),
    },
  };
}

function isThere(layouts: StructLayouts): boolean {
  const heap = ['SegContexts', 'LargeAllocMetadata', 'UncommittedBase', 'ReservedLimit', 'VsContext'];
  const context = [
    'SegmentListHead',
    'SegmentCount',
    'SegmentMask',
    'UnitShift',
    'FirstDescriptorIndex',
    'Heap',
  ];
  return (
    heap.every((path) => layouts.has(HEAP, path)) &&
    context.every((path) => layouts.has(CONTEXT, path)) &&
    layouts.has(VS_CONTEXT, 'SubsegmentList')
  );
}
