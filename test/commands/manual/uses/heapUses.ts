import { refused, use, type Use, type Uses } from '../use.ts';

const heap = (line: string, prints: RegExp): Use => use(line, prints, 'windows7');

/** `!heap` on the bundled dump: heaps at 00240000, 00340000, 00440000; 003486e8 is what the DLL allocated. */
export const heapUses: Uses = {
  '!heap': heap('!heap', /^ +240000 +NT Heap\n +340000 +NT Heap\n +440000 +NT Heap$/m),
  '!heap -a': heap('!heap -a 340000', /Segment at 00340000 to 00350000 \(0000a000 bytes committed\)/),
  '!heap -flt': heap('!heap -flt s 90', /_HEAP @ 340000/),
  '!heap -h': heap('!heap -h 340000', /^ +00348[\da-f]{3}: .*busy/m),
  '!heap -hl': heap('!heap -hl 340000', /Segment at 00340000/),
  '!heap -i': heap('!heap -i 3486c0', /Detailed information for block entry 003486c0/),
  '!heap -k': refused('!heap -k', /no 1000 \(gflags \+ust\)/, 'not-available', 'windows7'),
  '!heap -l': heap('!heap -l', /Searching the memory for potential unreachable busy blocks/),
  '!heap -p': heap('!heap -p', /active heaps:[\s\S]*- 340000\n +HEAP_GROWABLE HEAP_CLASS_1/),
  '!heap -s': heap('!heap -s', /^00340000 00001002 +64 +40/m),
  '!heap -srch': heap('!heap -srch -d 340000', /_HEAP @ 340000/),
  '!heap -stat': heap('!heap -stat', /heap @ 00340000\s+group-by: TOTSIZE max-display: 20/),
  '!heap -triage': heap('!heap -triage', /^Heap 00340000: no errors in 13 blocks$/m),
  '!heap -v': heap('!heap -v 340000', /^Heap 00340000: no errors in 13 blocks$/m),
  '!heap -x': heap('!heap -x 3486e8', /^003486c0 +003486c8 +00340000 +00340000 +90/m),

  '!heap -b BucketSize (with -s)': heap('!heap -s -b 100 340000', /Heap 00340000\n +Flags +00001002/),
  '!heap -d DumpBlockSize': heap('!heap -s -d 8 340000', /Heap 00340000\n +Flags +00001002/),
  '!heap -c': heap('!heap -s -c', /^00340000 00001002/m),
  '!heap -x [-v]': heap('!heap -x -v 3486e8', /^003486c0 [\s\S]*Search VM for address range/m),
  '!heap -i Address': heap('!heap -i 340000;!heap -i 3486c0', /Assumed heap +: 0x00340000/),
  '!heap -f': heap('!heap -f 340000', /FreeList\[/i),
  '!heap -m': heap('!heap -m 340000', /Segment at 00340000/),
  '!heap -t': refused('!heap -t', /tags of blocks/, 'not-applicable', 'windows7'),
  '!heap -T': refused('!heap -T', /pseudo tags/, 'not-applicable', 'windows7'),
  '!heap -g': refused('!heap -g', /global tags/, 'not-applicable', 'windows7'),
  '!heap -D -E -d -e (live: set validation flags; X)': ['-D', '-E', '-d', '-e'].map((option) =>
    refused(`!heap ${option}`, /needs a live target/, 'not-applicable', 'windows7'),
  ),
  '!heap -p [-a addr | -h heap | -t[c|s] [n] | -fi [n] | -all | -?]': [
    heap('!heap -p -a 3486e8', /address 003486e8 found in\s+_HEAP @ 340000/),
    heap('!heap -p -h 340000', /003486c0 +0012 0227 +\[01\] +003486c8 +00088 - \(busy\)/),
    refused('!heap -p -t', /no call stacks of allocations/, 'not-available', 'windows7'),
    refused('!heap -p -tc 5', /no call stacks of allocations/, 'not-available', 'windows7'),
    refused('!heap -p -ts 5', /no call stacks of allocations/, 'not-available', 'windows7'),
    refused('!heap -p -fi', /injected faults/, 'not-applicable', 'windows7'),
    heap('!heap -p -all', /_HEAP @ 240000[\s\S]*_HEAP @ 440000/),
    heap('!heap -p -?', /!heap -p -a ADDRESS/),
  ],
  '!heap -srch [Size] Pattern': [
    heap('!heap -srch -b 4d', /_HEAP @ 240000/),
    heap('!heap -srch -w 1234', /_HEAP @ 240000/),
    heap('!heap -srch -q 0', /_HEAP @ 240000/),
  ],
  '!heap -flt s|r': [
    heap('!heap -flt s 6c', /_HEAP @ 340000/),
    heap('!heap -flt r 10 100', /003486c0[\s\S]*\(busy\)/),
  ],
  '!heap -stat -h heap -grp S|B|A n': [
    heap('!heap -stat -h 340000 -grp S 5', /group-by: TOTSIZE max-display: 5/),
    heap('!heap -stat -h 340000 -grp B 5', /group-by: BLOCKCOUNT max-display: 5/),
    heap('!heap -stat -h 340000 -grp A 5', /group-by: ALLOCSIZE max-display: 5/),
  ],
  '!heap -b -B (live; X)': [
    refused('!heap -b alloc', /needs a live target/, 'not-applicable', 'windows7'),
    refused('!heap -B alloc', /needs a live target/, 'not-applicable', 'windows7'),
  ],
  '!heap -?': heap('!heap -?', /^!heap -s \[/m),
};
