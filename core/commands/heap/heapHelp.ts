import type { CommandHelp } from '../command.ts';

/** What .help says of `!heap`. */
export const heapHelp: Pick<CommandHelp, 'syntax' | 'options'> = {
  syntax: [
    '!heap',
    '!heap -s [-b BucketSize] [Heap]',
    '!heap {-a | -h | -hl | -m | -f} [Heap]',
    '!heap -x [-v] Address',
    '!heap -i {Heap | Entry}',
    '!heap -k [Heap]',
    '!heap -p [-a Address | -h Heap | -all | -t[c|s] [N]]',
    '!heap -stat [-h Heap] [-grp {A | B | S} [N]]',
    '!heap -flt {s Size | r Min Max}',
    '!heap -srch [-b | -w | -d | -q] Value',
    '!heap -l',
    '!heap -triage [Heap | Address]',
    '!heap -v [Heap]',
    '!heap -types [Heap]',
  ],
  options: [
    { flag: '(none)', meaning: 'all heaps, and of which kind they are; with 0 or a heap: their segments' },
    { flag: '-s', meaning: 'one line a heap; -s -? explains the columns; with a heap: its blocks by size' },
    { flag: '-a', meaning: 'all of a heap: header, free lists, segments, entries, blocks of the front end' },
    { flag: '-h', meaning: 'segments and entries, without the blocks in LFH subsegments' },
    { flag: '-hl', meaning: 'the same with them' },
    { flag: '-m', meaning: 'segments' },
    { flag: '-f', meaning: 'header and free lists' },
    { flag: '-x', meaning: 'the block that holds an address; -v: who points to it' },
    { flag: '-i', meaning: 'a block’s header, decoded' },
    { flag: '-k', meaning: 'busy blocks with the call stacks that made them (gflags +ust)' },
    {
      flag: '-p',
      meaning: 'page heap; -a: the allocation at an address with its call stack; -p -? for more',
    },
    {
      flag: '-stat',
      meaning: 'busy blocks by size: -grp S by total size, B by number of blocks, A by size of one',
    },
    { flag: '-flt', meaning: 'busy blocks of a size, or of sizes from Min up to, not including, Max' },
    { flag: '-srch', meaning: 'busy blocks that hold a byte, word, dword, qword or pointer' },
    {
      flag: '-l',
      meaning: 'busy blocks that no pointer leads to from globals, stacks, registers or other blocks',
    },
    { flag: '-triage', meaning: 'the failure that the heap manager recorded, and all damage that is found' },
    { flag: '-v', meaning: 'validates heaps' },
    { flag: '-types', meaning: 'counts busy blocks by class, where they begin with a vtable (ours)' },
  ],
};
