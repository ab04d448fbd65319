/**
 * Modules of a full-memory dump, read without any code of core/: the module list and the memory, from MINIDUMP_MODULE
 * and MINIDUMP_MEMORY64_LIST (minidumpapiset.h). Truth for images in memory.
 */
import { readFileSync } from 'node:fs';
import type { RvaReader } from '../../core/pe/index.ts';

export interface DumpModule extends RvaReader {
  readonly name: string;
  readonly base: bigint;
  readonly size: number;
  readonly checksum: number;
  readonly timestamp: number;
  /** dwFileVersionMS, LS, dwProductVersionMS, LS; undefined where VS_FIXEDFILEINFO has no signature */
  readonly version?: readonly [number, number, number, number];
  /** the bytes of the CodeView record */
  readonly codeView: Uint8Array;
}

interface Run {
  readonly start: number;
  readonly bytes: Uint8Array;
}

export function dumpModules(path: string): DumpModule[] {
  const file = readFileSync(path);
  const streams = new Map<number, { size: number; rva: number }>();
  const directory = file.readUInt32LE(12);
  for (let i = 0; i < file.readUInt32LE(8); i++) {
    const at = directory + 12 * i;
    streams.set(file.readUInt32LE(at), { size: file.readUInt32LE(at + 4), rva: file.readUInt32LE(at + 8) });
  }
  const runs = memory64(file, streams.get(9)?.rva).concat(memory(file, streams.get(5)?.rva));
  const list = streams.get(4)?.rva ?? 0;
  return Array.from({ length: file.readUInt32LE(list) }, (_, i) =>
    readModule(file, list + 4 + 108 * i, runs),
  );
}

function memory64(file: Buffer, list: number | undefined): Run[] {
  if (list === undefined) return [];
  let at = Number(file.readBigUInt64LE(list + 8));
  return Array.from({ length: Number(file.readBigUInt64LE(list)) }, (_, i) => {
    const size = Number(file.readBigUInt64LE(list + 24 + 16 * i));
    const bytes = file.subarray(at, at + size);
    at += size;
    return { start: Number(file.readBigUInt64LE(list + 16 + 16 * i)), bytes };
  });
}

function memory(file: Buffer, list: number | undefined): Run[] {
  if (list === undefined) return [];
  return Array.from({ length: file.readUInt32LE(list) }, (_, i) => {
    const at = list + 4 + 16 * i;
    const data = file.readUInt32LE(at + 12);
    return {
      start: Number(file.readBigUInt64LE(at)),
      bytes: file.subarray(data, data + file.readUInt32LE(at + 8)),
    };
  });
}

function readModule(file: Buffer, at: number, runs: readonly Run[]): DumpModule {
  const nameAt = file.readUInt32LE(at + 20);
  const base = Number(file.readBigUInt64LE(at));
  const codeViewAt = file.readUInt32LE(at + 80);
  return {
    name: file.toString('utf16le', nameAt + 4, nameAt + 4 + file.readUInt32LE(nameAt)),
    base: BigInt(base),
    size: file.readUInt32LE(at + 8),
    checksum: file.readUInt32LE(at + 12),
    timestamp: file.readUInt32LE(at + 16),
    version:
      file.readUInt32LE(at + 24) === 0xfeef04bd
        ? [
            file.readUInt32LE(at + 32),
            file.readUInt32LE(at + 36),
            file.readUInt32LE(at + 40),
            file.readUInt32LE(at + 44),
          ]
        : undefined,
    codeView: file.subarray(codeViewAt, codeViewAt + file.readUInt32LE(at + 76)),
    read(rva, length) {
      const parts: Uint8Array[] = [];
      for (let from = base + rva; from < base + rva + length;) {
        const run = runs.find((r) => from >= r.start && from < r.start + r.bytes.length);
        const part = run?.bytes.subarray(from - run.start, base + rva + length - run.start);
        if (!part) break;
        parts.push(part);
        from += part.length;
      }
      return parts.length === 1 ? (parts[0] ?? new Uint8Array(0)) : new Uint8Array(Buffer.concat(parts));
    },
  };
}

/** The image as a file whose sections lie where they lie in memory, so that readers of files can read it. */
export function flattened(module: DumpModule): Buffer {
  const bytes = Buffer.alloc(module.size);
  for (let rva = 0; rva < module.size; rva += 0x1000) {
    bytes.set(module.read(rva, Math.min(0x1000, module.size - rva)), rva);
  }
  const pe = bytes.readUInt32LE(0x3c);
  const table = pe + 24 + bytes.readUInt16LE(pe + 20);
  for (let i = 0; i < bytes.readUInt16LE(pe + 6); i++) {
    const at = table + 40 * i;
    bytes.writeUInt32LE(Math.ceil(bytes.readUInt32LE(at + 8) / 0x1000) * 0x1000, at + 16);
    bytes.writeUInt32LE(bytes.readUInt32LE(at + 12), at + 20);
  }
  return bytes;
}
