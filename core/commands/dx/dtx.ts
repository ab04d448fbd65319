import { UsageError } from '../../errors/index.ts';
import { command, type Call } from '../command.ts';
import { dxData, printTree, type DxNode } from '../valueTree/index.ts';
import { dxTree } from './dx.ts';
import { parseDxLine } from './dxOptions.ts';

/** `dtx -r2 ntdll!_PEB 7ffdf000`: dx's view of a type at an address. */
export const dtx = command<DxNode>({
  name: 'dtx',
  tier: 'C',
  syntax: ['dtx [-rN] [-n] [Module!]Name Address'],
  summary: 'Shows a type at an address as dx does.',
  options: [
    { flag: '-rN', meaning: 'levels of members, 1 unless said' },
    { flag: '-n', meaning: "members of the C++ library's objects in place of what they hold" },
  ],
  run(call: Call) {
    // a C++ name may hold blanks; the address is the last word
    const [, options = '', name = '', place = ''] = /^((?:-\S+\s+)*)(.+?)\s+(\S+)$/.exec(call.args) ?? [];
    if (name === '') throw new UsageError('dtx takes a type and an address: dtx ntdll!_PEB @$peb');
    const address = call.session.evaluator.address(place);
    const line = parseDxLine(`${options}(*((${name} *)0x${address.toString(16)}))`);
    return dxTree(call, line.expression, line.options);
  },
  print: printTree,
  data: dxData,
});
