import { HEAP_SWITCH } from '../heapSwitch.ts';

/** What `dt -h` prints. */
export const HELP: readonly string[] = [
  'dt [-abcdefhiopvV] [/h] [-r[n]] [-a[n]] [-s size] [-n|-y] [module!]Name [[-n|-y] Field …] [Address] [-l Field]',
  'dt Address [Name] …     a structure at an address; without a name the variable that begins there',
  'dt module!Pattern*      variables and types of that name',
  'dt .                    the last type once more',
  '',
  '  -a[n]      array elements one a line; before a type: an array of n such types',
  '  -b         expand what lies within, arrays too; follow no pointer',
  '  -c         compact: all fields on one line',
  '  -d         with a pattern: the layout of every match; without: as -v',
  '  -e         the name is a type, not a variable',
  '  -f         functions, and pointers to them, with their parameters',
  '  -h         this text',
  `  /h         ${HEAP_SWITCH.meaning}`,
  '  -i         no indentation',
  '  -l Field   follow the list that Field links (InLoadOrderLinks.Flink)',
  '  -n         the next word is a name, though it looks like a number',
  '  -o         no offsets',
  '  -r[n]      expand structures and pointers to them, n levels (1 to 9)',
  '  -s size    with a pattern: only what has this size in bytes',
  '  -t         with a pattern: types only',
  '  -v -V      sizes, numbers of members, methods',
  '  -y         the next word is the beginning of a name',
  '',
  'A field may lead deeper: Ldr.InLoadOrderModuleList, Segments[3], Ldr. (one level), Ldr.. (two levels), Free*.',
];
