import { loadDisassembler } from '../../core/disasm/index.ts';
import { findHeapUse, type HeapUse } from '../../core/crt/code/heapVariable.ts';
import type { Section } from '../../core/pe/index.ts';
import { MACHINES } from '../../core/target/index.ts';
import { FakeMemory } from '../process/fakeView.ts';

export const BASE = 0x400000;
const TEXT = 0x1000;
const RDATA = 0x3000;
export const DATA = 0x4000;

const FUNCTIONS = [
  'HeapCreate',
  'GetProcessHeap',
  'HeapAlloc',
  'HeapFree',
  'HeapReAlloc',
  'HeapSize',
] as const;
type Imported = (typeof FUNCTIONS)[number];

/** The slot of an imported function. */
function slot(name: Imported): number {
  return BASE + RDATA + FUNCTIONS.indexOf(name) * 8;
}

/** Code as hexadecimal digits; `{Name}` is an import slot, `{+n}` the variable n bytes into the data: absolute on x86, rip-relative on x64. */
export type Code = string;

/** Puts functions into a section, 16 bytes apart at least and padded with int 3 as linkers do; what is made of their heaps. */
export async function heapUseOf(kind: 'x86' | 'x64', functions: readonly Code[]): Promise<HeapUse> {
  const memory = new FakeMemory().map(BigInt(BASE + TEXT), 0x1000);
  let at = BASE + TEXT;
  for (let i = 0; i < 0x1000; i++) memory.put(BigInt(BASE + TEXT + i), 1, 0xcc);
  const starts: number[] = [];
  for (const code of functions) {
    starts.push(at);
    for (const byte of assemble(code, at, kind, starts)) memory.put(BigInt(at++), 1, byte);
    at = Math.ceil((at + 16) / 16) * 16;
  }
  return findHeapUse({
    memory,
    disassembler: await loadDisassembler(MACHINES[kind]),
    pointerSize: kind === 'x86' ? 4 : 8,
    base: BASE,
    sections: [
      section('.text', TEXT, 0x60000020),
      section('.rdata', RDATA, 0x40000040),
      section('.data', DATA, 0xc0000040),
    ],
    slots: new Map(FUNCTIONS.map((name) => [slot(name), name])),
  });
}

function section(name: string, virtualAddress: number, characteristics: number): Section {
  return {
    name,
    virtualAddress,
    virtualSize: 0x1000,
    rawOffset: 0,
    rawSize: 0x1000,
    characteristics,
    relocationsOffset: 0,
    lineNumbersOffset: 0,
    relocationCount: 0,
    lineNumberCount: 0,
  };
}

/** `{#n}` is the relative address of function n, for calls and jumps. */
function assemble(code: Code, start: number, kind: 'x86' | 'x64', starts: readonly number[]): number[] {
  const bytes: number[] = [];
  for (const token of code.split(/\s+|(?=\{)|(?<=\})/)) {
    const name = /^\{(.*)\}$/.exec(token)?.[1];
    if (name === undefined) {
      for (const pair of token.match(/../g) ?? []) bytes.push(parseInt(pair, 16));
      continue;
    }
    const isBranch = name.startsWith('#');
    const target = isBranch
      ? (starts[Number(name.slice(1))] ?? 0)
      : name.startsWith('+')
        ? BASE + DATA + Number(name)
        : slot(name as Imported);
    const next = start + bytes.length + 4;
    const value = kind === 'x64' || isBranch ? target - next : target;
    bytes.push(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff);
  }
  return bytes;
}
