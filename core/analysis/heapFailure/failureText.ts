/** What a kind of heap failure means, in a sentence or two: our own words, about the heap manager's checks. */
const MEANINGS: Readonly<Record<string, string>> = {
  heap_failure_internal: 'The heap manager met a state of its own that it does not allow.',
  heap_failure_unknown: 'The heap manager found damage that it could not name.',
  heap_failure_generic: 'The heap manager found damage without a name of its own.',
  heap_failure_entry_corruption: "A block's header is damaged: something wrote over it.",
  heap_failure_multiple_entries_corruption:
    'The headers of several blocks next to each other are damaged: something wrote over all of them.',
  heap_failure_virtual_block_corruption: 'The header of a virtual block is damaged.',
  heap_failure_buffer_overrun:
    'The header of the block behind is damaged: the block in front of it was written beyond its end.',
  heap_failure_buffer_underrun:
    'The header of a block is damaged from behind: it was written in front of its start.',
  heap_failure_block_not_busy:
    'A free block was freed again, or asked for its size: a double free, or a pointer that is used after its block was freed.',
  heap_failure_invalid_argument: 'A pointer was given to the heap that is none of its blocks.',
  heap_failure_invalid_allocation_type: 'A block was freed by other means than it was allocated with.',
  heap_failure_usage_after_free: 'A free block was written to: a pointer is used after its block was freed.',
  heap_failure_cross_heap_operation: 'A block of one heap was given to another heap.',
  heap_failure_freelists_corruption:
    'The links of the list of free blocks are damaged: a free block was written to.',
  heap_failure_listentry_corruption: "The links of one of the heap's lists are damaged.",
  heap_failure_lfh_bitmap_mismatch:
    "An LFH block's header and the bitmap of its subsegment do not agree: a double free, or damage.",
  heap_failure_segment_lfh_bitmap_corruption: 'The bitmap of an LFH subsegment is damaged.',
  heap_failure_segment_lfh_double_free: 'An LFH block was freed twice.',
  heap_failure_vs_subsegment_corruption: 'A subsegment of blocks of variable size is damaged.',
  heap_failure_null_heap: 'The heap of an operation is null.',
  heap_failure_allocation_limit: 'The heap has reached its limit of allocated memory.',
  heap_failure_commit_limit: 'The heap has reached its limit of committed memory.',
  heap_failure_invalid_va_mgr_query: 'An address that was asked for is not managed by the segment heap.',
};

/** What a failure means by its name in ntdll; undefined for a name that we do not know. */
export function failureMeaning(typeName: string): string | undefined {
  return MEANINGS[typeName];
}
