import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Minidump, StreamType, writeMinidump, type MinidumpDescription } from '../../core/minidump/index.ts';
import { SAMPLE } from './sampleDump.ts';

type Field = readonly [width: 1 | 2 | 4 | 8, value: number | bigint] | Uint8Array;

/** Bytes laid out by hand, field after field, little-endian: what the writer does not write. */
function record(...fields: readonly Field[]): Uint8Array {
  const parts = fields.map((field) => {
    if (field instanceof Uint8Array) return Buffer.from(field);
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(field[1])));
    return bytes.subarray(0, field[0]);
  });
  return new Uint8Array(Buffer.concat(parts));
}

const u32 = (value: number): Field => [4, value];
const u64 = (value: bigint): Field => [8, value];

function open(description: MinidumpDescription): Minidump {
  return Minidump.open(new BufferSource(writeMinidump(description), 'made'));
}

/** A dump with one stream, as bytes. */
function withStream(type: number, ...fields: readonly Field[]): Minidump {
  return open({ otherStreams: [{ type, bytes: record(...fields) }] });
}

const X86 = { ...SAMPLE.systemInfo, processorArchitecture: 0 };

describe('threads', () => {
  const thread = (id: number, teb: bigint): Field[] => [
    ...[id, 0, 0x20, 0].map(u32),
    u64(teb),
    u64(0x1000n),
    u32(0x10),
    u32(0),
    u32(0),
    u32(0),
  ];
  const backing = [u64(0x9000n), u32(0x20), u32(0)];

  it('of both lists become one, with the backing store of the second', () => {
    const dump = open({
      otherStreams: [
        { type: StreamType.ThreadList, bytes: record(u32(1), ...thread(7, 0xa000n)) },
        {
          type: StreamType.ThreadExList,
          bytes: record(u32(2), ...thread(8, 0xb000n), ...backing, ...thread(7, 0xc000n), ...backing),
        },
      ],
    });
    expect(dump.threads.map((t) => [t.id, t.teb, t.backingStore?.start])).toEqual([
      [7, 0xa000n, 0x9000n],
      [8, 0xb000n, 0x9000n],
    ]);
  });

  it('are found where a writer aligned them to 8 bytes', () => {
    const dump = withStream(StreamType.ThreadList, u32(2), u32(0), ...thread(7, 1n), ...thread(8, 2n));
    expect(dump.threads.map((t) => t.id)).toEqual([7, 8]);
    expect(dump.problems).toEqual([]);
  });

  it('lose the upper half of sign-extended addresses in dumps of 32-bit processes only', () => {
    const stream = {
      type: StreamType.ThreadList,
      bytes: record(u32(1), ...thread(7, 0xffff_ffff_ffef_d000n)),
    };
    expect(open({ systemInfo: X86, otherStreams: [stream] }).threads[0]?.teb).toBe(0xffef_d000n);
    expect(open({ systemInfo: SAMPLE.systemInfo, otherStreams: [stream] }).threads[0]?.teb).toBe(
      0xffff_ffff_ffef_d000n,
    );
  });
});

describe('lists that tell the sizes of header and record', () => {
  const info = (id: number, start: bigint): Field[] => [
    ...[id, 4, 0, 1].map(u32),
    ...[1n, 2n, 3n, 4n, start, 6n].map(u64),
  ];

  it('may have longer ones than we know', () => {
    const dump = withStream(
      StreamType.ThreadInfoList,
      ...[20, 72, 2, 0, 0].map(u32),
      ...info(7, 0x1234n),
      u64(0n),
      ...info(8, 0x5678n),
      u64(0n),
    );
    expect([...dump.threadInfos.values()].map((t) => [t.id, t.startAddress, t.dumpFlags])).toEqual([
      [7, 0x1234n, 4],
      [8, 0x5678n, 4],
    ]);
    expect(dump.problems).toEqual([]);
  });

  it('and impossible sizes are said, once', () => {
    const dump = withStream(StreamType.ThreadInfoList, ...[12, 8, 2].map(u32));
    expect(dump.threadInfos.size + dump.threadInfos.size).toBe(0);
    expect(dump.problems).toHaveLength(1);
    expect(dump.problems[0]?.what).toMatch(/impossible sizes: header 12, record 8/);
  });

  it('regions out of order are found all the same', () => {
    const region = (base: bigint, size: bigint, state: number): Field[] => [
      u64(base),
      u64(0n),
      u32(0),
      u32(0),
      u64(size),
      ...[state, 0, 0, 0].map(u32),
    ];
    const dump = withStream(
      StreamType.MemoryInfoList,
      u32(16),
      u32(48),
      u64(3n),
      ...region(0x5000n, 0x1000n, 3),
      ...region(0x1000n, 0x1000n, 1),
      ...region(0x3000n, 0x800n, 2),
    );
    const stateAt = (address: bigint): number | undefined => dump.memoryInfos.find(address)?.state;
    expect([0xfffn, 0x1000n, 0x1fffn, 0x2000n, 0x37ffn, 0x3800n, 0x5fffn, 0x6000n].map(stateAt)).toEqual([
      undefined,
      1,
      1,
      undefined,
      2,
      undefined,
      3,
      undefined,
    ]);
    expect(dump.memoryInfos.at(0)?.state).toBe(3);
  });
});

describe('streams that Windows rarely writes', () => {
  it('handle operations', () => {
    const traces = Array.from({ length: 32 }, (_, i) => u64(BigInt(0x1000 + i)));
    const dump = withStream(
      StreamType.HandleOperationList,
      ...[16, 288, 1, 0].map(u32),
      u64(0x44n),
      ...[100, 200, 2, 0].map(u32),
      ...[3, 9].map(u32),
      ...traces,
    );
    expect(dump.handleOperations).toEqual([
      {
        handle: 0x44n,
        processId: 100,
        threadId: 200,
        operationType: 2,
        traceIndex: 9,
        returnAddresses: [0x1000n, 0x1001n, 0x1002n],
      },
    ]);
  });

  it('memory counters of the first revision, whose second word means nothing', () => {
    const dump = withStream(
      StreamType.ProcessVmCounters,
      [2, 1],
      [2, 0xffff],
      u32(77),
      ...Array.from({ length: 9 }, (_, i) => u64(BigInt(i + 1))),
    );
    expect(dump.processVmCounters).toMatchObject({ revision: 1, flags: 0, pageFaultCount: 77 });
    expect([...(dump.processVmCounters?.values ?? [])].at(-1)).toEqual(['PrivateUsage', 9n]);
  });

  it('tokens whose size does not fit end the list', () => {
    const dump = withStream(
      StreamType.Token,
      ...[64, 2, 16, 16].map(u32),
      ...[24, 5].map(u32),
      u64(8n),
      u64(0n),
      ...[0xffff, 6].map(u32),
      u64(8n),
    );
    expect(dump.tokens.map((t) => [t.id, t.location.size])).toEqual([[5, 24]]);
    expect(dump.problems.map((p) => p.what)).toEqual(['TokenStream has 1 of the 2 tokens it claims']);
  });
});

describe('strings', () => {
  it('are cut where the file ends, and said', () => {
    const bytes = writeMinidump({ modules: [{ base: 0n, size: 1, name: 'C:\\long\\name.dll' }] });
    const rva = Minidump.open(new BufferSource(bytes)).modules[0]?.nameRva ?? 0;
    new DataView(bytes.buffer).setUint32(rva, 0x7fffffff, true);
    const dump = Minidump.open(new BufferSource(bytes));
    expect(dump.modules[0]?.name.startsWith('C:\\long\\name.dll')).toBe(true);
    expect(dump.problems[0]?.what).toMatch(/a string has \d+ of the 2147483647 bytes it claims/);
  });

  it('that lie outside the file are empty', () => {
    const dump = withStream(StreamType.ThreadNames, u32(1), u32(5), u64(0x7fff_ffff_ffffn));
    expect(dump.threadNames.size).toBe(0);
    expect(dump.problems.map((p) => p.what)).toEqual(['a string lies outside the file']);
  });

  it('of all records together are bounded', () => {
    // 40,000 modules of one 64 KiB name each: 2.6 GB of text if all were read
    const bytes = writeMinidump({
      modules: Array.from({ length: 40_000 }, (_, i) => ({ base: BigInt(i), size: 1, name: '' })),
      otherStreams: [{ type: 0x12345, bytes: record(u32(0xfffe), new Uint8Array(0xfffe).fill(0x41)) }],
    });
    const made = Minidump.open(new BufferSource(bytes));
    const name = made.stream(0x12345)?.rva ?? 0;
    const view = new DataView(bytes.buffer);
    for (const m of made.modules) view.setUint32(m.recordRva + 20, name, true);
    const dump = Minidump.open(new BufferSource(bytes));
    expect(dump.modules).toHaveLength(40_000);
    expect(dump.modules.reduce((sum, m) => sum + m.name.length, 0)).toBeLessThan(40_000_000);
    expect(dump.problems.map((p) => p.what).join()).toMatch(/texts of this dump pass/);
  });
});

describe('the directory', () => {
  it('names a stream that stands in it twice, and reads the first', () => {
    const comment = (text: string): { type: number; bytes: Uint8Array } => ({
      type: StreamType.CommentA,
      bytes: new TextEncoder().encode(text),
    });
    const dump = open({ otherStreams: [comment('first'), comment('second')] });
    expect(dump.comments.ansi).toBe('first');
    expect(dump.problems.map((p) => p.what)).toEqual([
      'CommentStreamA stands in the directory again; the first one is read',
    ]);
  });

  it('is bounded when its count lies', () => {
    const bytes = writeMinidump(SAMPLE);
    new DataView(bytes.buffer).setUint32(8, 0xffffffff, true);
    const dump = Minidump.open(new BufferSource(bytes));
    expect(dump.directory.length).toBeLessThanOrEqual(4096);
    expect(dump.problems[0]?.what).toMatch(/entries it claims/);
    expect(dump.threads).toHaveLength(2);
  });
});
