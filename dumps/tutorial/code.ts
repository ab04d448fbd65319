import type { ImageFunction } from '../build/image.ts';
import { callTo, dword } from '../build/image.ts';
import type { CodeFunction } from './addresses.ts';

const NOP = '90';
const PROLOG = '8bff558bec'; // mov edi,edi; push ebp; mov ebp,esp
const EPILOG = '5dc3'; // pop ebp; ret

/** Bytes of code behind the last call: enough for the rest of a function. */
const TAIL = 8;

/** The code of a function: its prolog, its calls where they return to, and nothing in between. */
export function codeOfFunction(f: CodeFunction): string {
  let code = PROLOG;
  const fillTo = (length: number): void => {
    code += NOP.repeat(Math.max(0, length - code.length / 2));
  };
  for (const call of f.calls) {
    const offset = call.returnTo - f.start;
    const bytes =
      call.slot !== undefined
        ? `ff15${dword(call.slot)}`
        : call.target !== undefined
          ? callTo(call.returnTo - 5, call.target)
          : 'ff5508'; // call dword ptr [ebp+8]: the thread's start routine
    fillTo(offset - bytes.length / 2);
    code += bytes;
  }
  fillTo(code.length / 2 + TAIL - 2);
  return code + EPILOG;
}

/** Functions of one module as its image and its symbol file want them. */
export function functionsOf(
  all: readonly CodeFunction[],
  module: CodeFunction['module'],
  base: number,
): ImageFunction[] {
  return all
    .filter((f) => f.module === module)
    .map((f) => ({ name: f.name, rva: f.start - base, code: codeOfFunction(f) }));
}
