/**
 * Makes cabinets for tests, from MS-CAB's description of the container: one folder, no checksums. LZX data is an
 * uncompressed block (MS-PATCH, LZX DELTA: block type 3), which any LZX decoder must read.
 */
import { deflateRawSync } from 'node:zlib';

const BLOCK = 0x8000;
const METHODS = { stored: 0, mszip: 1, lzx: 3 | (15 << 8) } as const;

export interface CabinetFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function makeCabinet(files: readonly CabinetFile[], method: keyof typeof METHODS): Buffer {
  const data = Buffer.concat(files.map((f) => f.bytes));
  const blocks: Buffer[] = [];
  for (let at = 0; at < data.length; at += BLOCK) {
    const raw = data.subarray(at, at + BLOCK);
    const head = Buffer.alloc(8);
    const packed = pack(raw, data.subarray(Math.max(0, at - BLOCK), at), method, at === 0);
    head.writeUInt16LE(packed.length, 4);
    head.writeUInt16LE(raw.length, 6);
    blocks.push(head, packed);
  }
  let offset = 0;
  const entries = files.map(({ name, bytes }) => {
    const entry = Buffer.alloc(16);
    entry.writeUInt32LE(bytes.length, 0);
    entry.writeUInt32LE(offset, 4);
    entry.writeUInt16LE(0x5a21, 10);
    entry.writeUInt16LE(0x6000, 12);
    entry.writeUInt16LE(0x20, 14);
    offset += bytes.length;
    return Buffer.concat([entry, Buffer.from(`${name}\0`)]);
  });
  const list = Buffer.concat(entries);
  const header = Buffer.alloc(44);
  header.write('MSCF', 0);
  const body = Buffer.concat(blocks);
  header.writeUInt32LE(header.length + list.length + body.length, 8);
  header.writeUInt32LE(header.length, 16);
  header.writeUInt8(3, 24);
  header.writeUInt8(1, 25);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(files.length, 28);
  header.writeUInt32LE(header.length + list.length, 36);
  header.writeUInt16LE(blocks.length / 2, 40);
  header.writeUInt16LE(METHODS[method], 42);
  return Buffer.concat([header, list, body]);
}

function pack(raw: Buffer, before: Buffer, method: keyof typeof METHODS, first: boolean): Buffer {
  if (method === 'stored') return raw;
  if (method === 'mszip') {
    // each block may refer to the one before it
    const dictionary = before.length > 0 ? { dictionary: before } : {};
    return Buffer.concat([Buffer.from('CK'), deflateRawSync(raw, dictionary)]);
  }
  // bits, most significant first, in 16-bit little-endian words: at the start of the data one bit for E8 translation
  // (off); then 3 bits block type, 24 bits size, zeros to the next word
  const bits = `${first ? '0' : ''}011${raw.length.toString(2).padStart(24, '0')}`.padEnd(32, '0');
  const words = Buffer.alloc(4);
  words.writeUInt16LE(parseInt(bits.slice(0, 16), 2), 0);
  words.writeUInt16LE(parseInt(bits.slice(16), 2), 2);
  const repeated = Buffer.alloc(12);
  for (const at of [0, 4, 8]) repeated.writeUInt32LE(1, at);
  const odd = raw.length % 2 ? Buffer.alloc(1) : Buffer.alloc(0);
  return Buffer.concat([words, repeated, raw, odd]);
}
