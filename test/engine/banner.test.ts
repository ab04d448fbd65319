import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { bannerLines, Engine } from '../../core/engine/index.ts';
import { plain } from '../../core/output/index.ts';
import { writeMinidump } from '../../core/minidump/index.ts';
import { corpusFile, hasCorpus } from '../corpus.ts';
import { hostileDump } from '../e2e/hostileDump.ts';

/** Where Eip lies in an x86 CONTEXT, and the context's location in a MINIDUMP_THREAD (winnt.h, minidumpapiset.h). */
const EIP = 0xb8;
const THREAD_CONTEXT_RVA = 44;
const THREAD_LIST_STREAM = 3;

/** Eip of the first thread of a list, read from the file by hand. */
function firstThreadEip(bytes: Buffer): string {
  const count = bytes.readUInt32LE(8);
  const directory = bytes.readUInt32LE(12);
  for (let i = 0; i < count; i++) {
    const entry = directory + i * 12;
    if (bytes.readUInt32LE(entry) !== THREAD_LIST_STREAM) continue;
    const thread = bytes.readUInt32LE(entry + 8) + 4;
    const context = bytes.readUInt32LE(thread + THREAD_CONTEXT_RVA);
    return bytes
      .readUInt32LE(context + EIP)
      .toString(16)
      .padStart(8, '0');
  }
  throw new Error('no thread list');
}

async function bannerOf(path: string): Promise<{ lines: string[]; bytes: Buffer }> {
  const bytes = readFileSync(path);
  const engine = await Engine.open(new BufferSource(bytes, path), {});
  return { lines: (await bannerLines(engine)).map((l) => plain(l)), bytes };
}

describe.skipIf(!hasCorpus)('the banner of a crash', () => {
  // WinDbg 1.2409, windirstat/windirstat issue 93: registers, then ntdll!NtWaitForMultipleObjects, below an access violation
  it('ends where the thread is, as r sees it, and not at the exception', async () => {
    const { lines, bytes } = await bannerOf(corpusFile('lab/x86-crash-crossfree/privrw.dmp.gz'));
    const eip = firstThreadEip(bytes);
    const at = lines.indexOf('For analysis of this file, run !analyze -v');
    expect(lines[at - 1]).toContain('Break instruction exception - code 80000003');
    expect(lines[at + 1]).toMatch(/^eax=[0-9a-f]{8} ebx=/);
    expect(lines[at + 2]).toContain(`eip=${eip} esp=`);
    expect(lines.at(-1)?.startsWith(eip)).toBe(true);
  });

  it('has a dot for each module that was unloaded', async () => {
    const { lines } = await bannerOf(corpusFile('lab/x86-crash-crossfree/privrw.dmp.gz'));
    const at = lines.indexOf('Loading unloaded module list');
    expect(lines.slice(at - 1, at + 2)).toEqual(['.....', 'Loading unloaded module list', '..']);
  });
});

it('shows names of the dump and of its file, and lets none of them act', async () => {
  const path = `/dumps/\u001b[2J\u202e.dmp`;
  const engine = await Engine.open(new BufferSource(writeMinidump(hostileDump()), path), {});
  const text = (await bannerLines(engine)).map((l) => plain(l)).join('\n');
  // the service pack, of which the terminal was told as it was
  expect(text).toMatch(/^Windows 10 Version 19041 \(C:\\evil\\\\u202egnp\.exe.*\\x1b\[2J.*\) UP Free x64$/m);
  expect(text).toContain('[/dumps/\\x1b[2J\\u202e.dmp]');
  expect(text).not.toMatch(/[^\n\t\u0020-\u007e]/);
});
