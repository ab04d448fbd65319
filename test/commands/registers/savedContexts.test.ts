import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Engine, type EngineHost } from '../../../core/engine/index.ts';
import { writeMinidump } from '../../../core/minidump/index.ts';
import { contextSize, MACHINES } from '../../../core/target/index.ts';
import { MemoryFiles } from '../files/memoryFiles.ts';
import { runLine } from '../runLine.ts';

/** CONTEXT of x64 (winnt.h) */
const RSP = 0x98;
const RIP = 0xf8;
const PAGE = 0x10000n;

function context(rip: bigint, rsp: bigint): Uint8Array {
  const bytes = new Uint8Array(contextSize(MACHINES.x64));
  const view = new DataView(bytes.buffer);
  view.setBigUint64(RIP, rip, true);
  view.setBigUint64(RSP, rsp, true);
  return bytes;
}

/** A process that keeps what Windows keeps of fibers and for post-mortem debuggers, at known places of one page. */
function openProcess(host: EngineHost = {}): Promise<Engine> {
  const bytes = new Uint8Array(0x2000);
  const view = new DataView(bytes.buffer);
  const u64 = (at: number, value: bigint): void => view.setBigUint64(at, value, true);
  // a FIBER at 0: data, exception list, stack base, limit, deallocation stack, then its context at 0x30
  u64(0x10, 0x18000n);
  u64(0x18, 0x17000n);
  bytes.set(context(0x10abcn, 0x17800n), 0x30);
  // JIT_DEBUG_INFO at 0x800, its record at 0x840, its context at 0x900
  view.setUint32(0x800, 0x28, true);
  view.setUint32(0x808, 0x15c8, true);
  u64(0x810, 0x10defn);
  u64(0x818, 0x10840n);
  u64(0x820, 0x10900n);
  view.setUint32(0x840, 0xc0000005, true);
  u64(0x850, 0x10defn);
  view.setUint32(0x858, 2, true);
  u64(0x860, 1n);
  u64(0x868, 0x40n);
  bytes.set(context(0x10defn, 0x17900n), 0x900);
  // OBJECT_ATTRIBUTES at 0x1000, its UNICODE_STRING at 0x1040, its text at 0x1060
  view.setUint32(0x1000, 0x30, true);
  u64(0x1008, 0x44n);
  u64(0x1010, 0x11040n);
  view.setUint32(0x1018, 0x42, true);
  view.setUint16(0x1040, 8, true);
  u64(0x1048, 0x11060n);
  [...'\\Dev'].forEach((c, i) => view.setUint16(0x1060 + 2 * i, c.charCodeAt(0), true));
  const dump = writeMinidump({
    systemInfo: { processorArchitecture: 9, majorVersion: 10, minorVersion: 0, buildNumber: 19041 },
    threads: [
      { id: 0x10, teb: 0n, context: context(0x10000n, 0x17000n), stack: { start: PAGE, size: 0 } },
      { id: 0x15c8, teb: 0n, context: context(0x10001n, 0x17000n), stack: { start: PAGE, size: 0 } },
    ],
    memory: [{ start: PAGE, bytes, size: bytes.length }],
    memoryForm: 'list64',
  });
  return Engine.open(new BufferSource(dump, 'saved.dmp'), host);
}

describe('.fiber', () => {
  it('takes the context that a fiber saved, and goes back', async () => {
    const engine = await openProcess();
    const { lines } = await runLine(engine, '.fiber 10000; r rip, rsp');
    expect(lines.at(-1)).toBe('rip=0000000000010abc rsp=0000000000017800');
    expect((await runLine(engine, '.fiber; r rip')).lines).toEqual([
      'Resetting default scope',
      'rip=0000000000010000',
    ]);
  });

  it('is not taken in by other memory', async () => {
    const { errors } = await runLine(await openProcess(), '.fiber 10800');
    expect(errors).toEqual([".fiber: there is no fiber at '10800': its stack pointer is not in its stack"]);
  });
});

describe('.jdinfo', () => {
  it('shows the exception, and takes its thread and context', async () => {
    const engine = await openProcess();
    const { lines, data } = await runLine(engine, '.jdinfo 10800');
    expect(lines[0]).toBe('----- Exception occurred on thread 0:15c8');
    expect(lines).toContain('----- Exception record at 00000000`00010840:');
    expect(lines).toContain('   ExceptionCode: c0000005 (Access violation)');
    expect(lines).toContain('Attempt to write to address 0000000000000040');
    expect(lines).toContain('----- Context record at 00000000`00010900:');
    expect(data).toMatchObject({ threadId: '0x15c8', context: '0x10900' });
    expect(engine.prompt()).toBe('0:001>');
    expect((await runLine(engine, 'r rip')).lines).toEqual(['rip=0000000000010def']);
  });

  it('refuses what is none', async () => {
    const { errors } = await runLine(await openProcess(), '.jdinfo 10000');
    expect(errors[0]).toContain('its dwSize is 0, not 40');
  });
});

describe('.dump /j', () => {
  it('gives the new dump the exception that a JIT_DEBUG_INFO leads to', async () => {
    const files = new MemoryFiles();
    const engine = await openProcess({ outputFiles: files });
    expect((await runLine(engine, '.dump /j 10800 /ma new.dmp')).errors).toEqual([]);
    const cut = await Engine.open(
      new BufferSource(files.files.get('new.dmp') ?? new Uint8Array(0), 'new.dmp'),
    );
    expect(cut.prompt()).toBe('0:001>');
    expect((await runLine(cut, '.exr -1')).lines).toContain('   ExceptionCode: c0000005 (Access violation)');
    expect((await runLine(cut, '.ecxr; r rip')).lines.at(-1)).toBe('rip=0000000000010def');
    expect((await runLine(engine, '.dump /j 10000 /m x.dmp')).errors[0]).toContain('no JIT_DEBUG_INFO');
  });
});

describe('.push and .pop', () => {
  it('keep thread, frame and context, and with /r the pseudo-registers', async () => {
    const engine = await openProcess();
    await runLine(engine, 'r $t0 = 7; .push /r; ~1s; .fiber 10000; r $t0 = 9; .push; ~0s');
    await runLine(engine, '.pop');
    expect(engine.prompt()).toBe('0:001>');
    expect((await runLine(engine, 'r rip; ? @$t0')).lines).toEqual([
      'rip=0000000000010abc',
      'Evaluate expression: 9 = 00000000`00000009',
    ]);
    await runLine(engine, '.pop /r');
    expect(engine.prompt()).toBe('0:000>');
    expect((await runLine(engine, 'r rip; ? @$t0')).lines).toEqual([
      'rip=0000000000010000',
      'Evaluate expression: 7 = 00000000`00000007',
    ]);
    expect((await runLine(engine, '.pop')).errors[0]).toContain('nothing was kept');
    expect((await runLine(engine, '.push /x')).errors[0]).toContain("not '/x'");
  });
});

describe('!filetime', () => {
  it('shows times before 1970 with whole parts of a second', async () => {
    // the epoch of FILETIME, and 11.9 ms behind it
    const { lines } = await runLine(await openProcess(), '!filetime 0; !filetime 1d0c1');
    expect(lines).toEqual([
      'Mon Jan  1 00:00:00.000 1601 (UTC + 0:00)',
      'Mon Jan  1 00:00:00.011 1601 (UTC + 0:00)',
    ]);
  });
});

describe('!obja', () => {
  it('shows name, root and attributes', async () => {
    const engine = await openProcess();
    expect((await runLine(engine, '!obja 11000')).lines).toEqual([
      'Obja +0000000000011000 at 0000000000011000:',
      '\tName is \\Dev',
      '\tRoot directory is handle 0000000000000044',
      '\tOBJ_INHERIT',
      '\tOBJ_CASE_INSENSITIVE',
    ]);
    expect((await runLine(engine, '!obja 10000')).errors[0]).toContain('its Length is 0x0');
  });
});
