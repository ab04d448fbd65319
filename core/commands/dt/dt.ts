import { command } from '../command.ts';
import { HEAP_SWITCH } from '../heapSwitch.ts';
import type { DtResult } from './model.ts';
import { printResult, resultData } from './printResult.ts';
import { runDt } from './runDt.ts';

export const dt = command<DtResult>({
  name: 'dt',
  tier: 'A',
  syntax: [
    'dt [-options] [/h] [module!]Name [Field…] [Address] [-l Field]',
    'dt [-options] [/h] Address [Name] [Field…] [-l Field]',
    'dt [module!]Pattern*',
    'dt -h',
  ],
  summary: 'Shows the layout of a type, or what lies at an address by a type.',
  options: [
    { flag: '-a[n]', meaning: 'array elements one a line, n of them' },
    { flag: '-b', meaning: 'structures within expanded, arrays too; pointers not followed' },
    { flag: '-c', meaning: 'compact: all fields on one line' },
    { flag: '-d', meaning: 'with a pattern: the layout of every match; without: as -v' },
    { flag: '-e', meaning: 'the name is a type' },
    { flag: '-f', meaning: 'functions, and pointers to them, with their parameters' },
    HEAP_SWITCH,
    { flag: '-i', meaning: 'no indentation' },
    { flag: '-l field', meaning: 'the list that the field links' },
    { flag: '-n', meaning: 'the next word is a name, though it looks like a number' },
    { flag: '-natvis', meaning: 'an object as NatVis files show it: its text, its items and elements' },
    { flag: '-o', meaning: 'no offsets' },
    { flag: '-r[n]', meaning: 'expand structures and pointers to them, n levels' },
    { flag: '-s size', meaning: 'with a pattern: only what has this size' },
    { flag: '-t', meaning: 'with a pattern: types only' },
    { flag: '-v', meaning: 'sizes, numbers of members, methods' },
    { flag: '-y', meaning: 'the next word is the beginning of a name' },
  ],
  run: runDt,
  print: printResult,
  data: resultData,
});
