import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { PeImage } from '../../core/pe/index.ts';
import { Arm64Table } from '../../core/unwind/arm64/arm64Table.ts';
import type { Arm64Code } from '../../core/unwind/arm64/unwindCodes.ts';
import { FunctionTable } from '../../core/unwind/x64/functionTable.ts';
import { UWOP, type UnwindCode, type UnwindInfo } from '../../core/unwind/x64/unwindModel.ts';
import { corpusFile, hasCorpus, shared } from '../corpus.ts';
import { hasReadobj, readArm64, readX64 } from './readobj.ts';

function tableBytes(path: string): { image: PeImage; table: Uint8Array } {
  const image = PeImage.fromFile(new BufferSource(readFileSync(path), path));
  const directory = image.exceptionDirectory;
  return { image, table: image.readUpTo(directory?.rva ?? 0, directory?.size ?? 0) };
}

const X64_REGISTERS = 'RAX RCX RDX RBX RSP RBP RSI RDI R8 R9 R10 R11 R12 R13 R14 R15'.split(' ');

/** A code in readobj's words. */
function x64Text(code: UnwindCode, info: UnwindInfo): string {
  const at = `0x${code.prologOffset.toString(16).toUpperCase().padStart(2, '0')}: `;
  const register = X64_REGISTERS[code.info] ?? '';
  const offset = `offset=0x${code.value.toString(16).toUpperCase()}`;
  switch (code.op) {
    case UWOP.PUSH_NONVOL:
      return `${at}PUSH_NONVOL reg=${register}`;
    case UWOP.ALLOC_LARGE:
      return `${at}ALLOC_LARGE size=${code.value}`;
    case UWOP.ALLOC_SMALL:
      return `${at}ALLOC_SMALL size=${code.value}`;
    case UWOP.SET_FPREG: {
      const frame = X64_REGISTERS[info.frameRegister] ?? '';
      return `${at}SET_FPREG reg=${frame}, offset=0x${info.frameOffset.toString(16).toUpperCase()}`;
    }
    case UWOP.SAVE_NONVOL:
      return `${at}SAVE_NONVOL reg=${register}, ${offset}`;
    case UWOP.SAVE_XMM128:
      return `${at}SAVE_XMM128 reg=XMM${code.info}, ${offset}`;
    case UWOP.PUSH_MACHFRAME:
      return `${at}PUSH_MACHFRAME errcode=${code.info ? 'yes' : 'no'}`;
    default:
      return `${at}${code.op}`;
  }
}

describe.skipIf(!hasCorpus || !hasReadobj)('x64 unwind tables, as llvm-readobj reads them', () => {
  it.each(['ntdll', 'kernel32', 'kernelbase'])('decodes every entry of %s', (name) => {
    const path = corpusFile(`images/wine-8.0-x64/${name}.dll.gz`);
    const { image, table } = tableBytes(path);
    const functions = new FunctionTable(table, (rva, length) => image.readUpTo(rva, length));
    const base = Number(image.imageBase);
    const want = readX64(path);
    expect(functions.length).toBe(want.length);
    want.forEach((entry, i) => {
      const record = functions.at(i);
      expect([record.begin + base, record.end + base, record.unwind + base]).toEqual([
        entry.start,
        entry.end,
        entry.unwind,
      ]);
      const info = functions.info(record);
      expect(info?.damaged).toBe(false);
      expect(info?.prologSize).toBe(entry.prologSize);
      expect(info?.codes.map((c) => x64Text(c, info))).toEqual(entry.codes);
      // every address of the function finds it, the one behind it does not
      expect(functions.find(record.begin)?.begin).toBe(record.begin);
      expect(functions.find(record.end - 1)?.begin).toBe(record.begin);
      expect(functions.find(record.end)?.begin).not.toBe(record.begin);
    });
  });
});

/** A code in readobj's words for prologs, with lr, fp and blanks made the same everywhere. */
function arm64Text(code: Arm64Code): string {
  switch (code.op) {
    case 'alloc':
      return `sub sp, #${code.size}`;
    case 'save': {
      const names = code.registers.map((r) => (code.bank === 'x' && r === 30 ? 'lr' : `${code.bank}${r}`));
      const place = code.release > 0 ? `[sp, #-${code.release}]!` : `[sp, #${code.offset}]`;
      return `${names.length === 2 ? 'stp' : 'str'} ${names.join(', ')}, ${place}`;
    }
    case 'frame':
      return code.offset === 0 ? 'mov fp, sp' : `add fp, sp, #${code.offset}`;
    case 'sign':
      return 'pacibsp';
    case 'nop':
      return 'nop';
    case 'end':
      return code.chained ? 'end_c' : 'end';
    case 'unknown':
      return code.name;
    default:
      return code.op;
  }
}

function normal(text: string): string {
  return (
    text
      .replaceAll('x30', 'lr')
      .replace('sub sp, sp, #', 'sub sp, #')
      .replace('mov x29, sp', 'mov fp, sp')
      // homed arguments are stores that nothing undoes but for the room that the first may make
      .replace(/^stp x0, x1, \[sp, #-(\d+)\]!$/, 'sub sp, #$1')
      .replace(/^stp x([0246]), x\d, .*$/, 'nop')
      .replace(/^(\w+ .*)\[sp\]$/, '$1[sp, #0]')
  );
}

/** `save next` has no text of its own: what it saves follows from the code below it. */
function sameProlog(got: readonly string[], want: readonly string[]): boolean {
  return (
    got.length === want.length &&
    got.every((text, i) => want[i] === 'save next' || text === normal(want[i] ?? ''))
  );
}

const ARM64_IMAGES = [
  'arm64-O2/armtest.exe',
  'arm64-O2/armdll.dll',
  'arm64-O2-pac/armtest.exe',
  'arm64-O2-pac/armdll.dll',
  'arm64-busy-O0/armbusy.exe',
  'arm64-busy-O2/armbusy.exe',
  'arm64-O2/ntdll.dll',
];

describe.skipIf(!hasCorpus || !hasReadobj)('ARM64 unwind tables, as llvm-readobj reads them', () => {
  it.each(ARM64_IMAGES)('decodes every entry of %s', (name) => {
    const path = shared(`corpus/lab/${name}`);
    const { image, table } = tableBytes(path);
    const functions = new Arm64Table(table, (rva, length) => image.readUpTo(rva, length));
    const base = Number(image.imageBase);
    const want = readArm64(path);
    expect(functions.length).toBe(want.length);
    want.forEach((entry, i) => {
      const record = functions.at(i);
      expect([(record?.begin ?? 0) + base, (record?.unwind.length ?? 0) * 4]).toEqual([
        entry.start,
        entry.length,
      ]);
      const prolog = record?.unwind.codes.map(arm64Text) ?? [];
      expect(sameProlog(prolog, entry.prolog), `${prolog.join('; ')} for ${entry.prolog.join('; ')}`).toBe(
        true,
      );
      if (entry.lastEpilog) expect(record?.unwind.epilogs[0]?.codes).toHaveLength(entry.lastEpilog.length);
      if (entry.epilogs.length === 0) return;
      const epilogs = record?.unwind.epilogs.map(({ start, codes }) => [start, codes.length]);
      expect(epilogs).toEqual(entry.epilogs.map(({ start, codes }) => [start, codes.length]));
    });
  });
});
