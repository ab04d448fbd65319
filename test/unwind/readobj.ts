/** What `llvm-readobj --unwind` says of an image's unwind tables: a truth that these decoders did not make. */
import { spawnSync } from 'node:child_process';

const READOBJ = 'llvm-readobj-19';

export const hasReadobj = spawnSync(READOBJ, ['--version']).status === 0;

export interface X64Entry {
  /** virtual addresses at the preferred base */
  readonly start: number;
  readonly end: number;
  readonly unwind: number;
  readonly prologSize: number;
  /** `0x10: ALLOC_SMALL size=40` */
  readonly codes: readonly string[];
}

export function readX64(path: string): X64Entry[] {
  return blocks(path).map((block) => ({
    start: hexIn(block, /StartAddress:.*\(0x([0-9A-F]+)\)/),
    end: hexIn(block, /EndAddress:.*\(0x([0-9A-F]+)\)/),
    unwind: hexIn(block, /UnwindInfoAddress:.*\(0x([0-9A-F]+)\)/),
    prologSize: Number(/PrologSize: (\d+)/.exec(block)?.[1]),
    codes: [...block.matchAll(/^\s+(0x[0-9A-F]{2}: .*)$/gm)].map((m) => m[1] ?? ''),
  }));
}

export interface Arm64Entry {
  readonly start: number;
  /** bytes */
  readonly length: number;
  /** the instructions of the prolog, last first, as text */
  readonly prolog: readonly string[];
  readonly epilogs: readonly { readonly start: number; readonly codes: readonly string[] }[];
  readonly lastEpilog: readonly string[] | undefined;
}

export function readArm64(path: string): Arm64Entry[] {
  return blocks(path).map((block) => {
    const scopes = block.split('EpilogueScope {').slice(1);
    return {
      start: hexIn(block, /Function: 0x([0-9A-F]+)/),
      length: Number(/FunctionLength: (\d+)/.exec(block)?.[1]),
      prolog: listAfter(block, 'Prologue ['),
      epilogs: scopes.map((scope) => ({
        start: Number(/StartOffset: (\d+)/.exec(scope)?.[1]),
        codes: listAfter(scope, 'Opcodes ['),
      })),
      // the one epilog at the function's end
      lastEpilog: block.includes('Epilogue [') ? listAfter(block, 'Epilogue [') : undefined,
    };
  });
}

/** The instructions of a list: lines up to the one that closes it. */
function listAfter(text: string, head: string): string[] {
  const lines = text.slice(text.indexOf(head) + head.length).split('\n');
  const end = lines.findIndex((line) => line.trim() === ']');
  return lines
    .slice(0, end)
    .map((line) => line.slice(line.indexOf(';') + 1).trim())
    .filter((line) => line !== '');
}

function blocks(path: string): string[] {
  const run = spawnSync(READOBJ, ['--unwind', path], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return run.stdout.split('RuntimeFunction {').slice(1);
}

function hexIn(text: string, pattern: RegExp): number {
  return parseInt(pattern.exec(text)?.[1] ?? 'NaN', 16);
}
