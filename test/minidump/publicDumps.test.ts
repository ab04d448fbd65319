import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { handleObjectInfoName, Minidump } from '../../core/minidump/index.ts';
import { corpusFile, hasCorpus, shared, sharedJson } from '../corpus.ts';

/** What an independent reader found (dumps.json). */
interface Expected {
  readonly osver: string;
  readonly flags: number;
  readonly time: number;
  readonly streams: readonly string[];
  readonly nmod: number;
  readonly nthr: number;
  readonly nranges: number;
  readonly membytes: number;
  readonly rsds: number;
  readonly exc?: string;
  readonly exctid?: number;
  readonly excaddr?: string;
}

function open(name: string): Minidump {
  const bytes = readFileSync(corpusFile(`public/dumps/${name}.gz`));
  return Minidump.open(new BufferSource(new Uint8Array(bytes), name));
}

/** Ranges and bytes as the list names them, cut to the file; overlapping bytes count twice, as dumps.json counts. */
function listedMemory({ memory: { raw }, source }: Minidump): { nranges: number; membytes: number } {
  let nranges = 0;
  let membytes = 0;
  for (let i = 0; i < raw.count; i++) {
    const there = Math.max(0, Math.min(raw.size(i), source.size - raw.fileOffset(i)));
    if (there > 0) nranges++;
    membytes += there;
  }
  return { nranges, membytes };
}

describe.skipIf(!hasCorpus)('public dumps, as another reader sees them', () => {
  const expected = hasCorpus ? sharedJson<Record<string, Expected>>('corpus/public/dumps.json') : {};

  it('are 44', () => {
    expect(Object.keys(expected)).toHaveLength(44);
  });

  it.each(Object.entries(expected))('%s', (name, e) => {
    const dump = open(name);
    const { systemInfo: s, exception, header } = dump;
    const rsds = dump.modules.filter((m) => m.codeView?.kind === 'rsds').length;
    expect({
      osver: s && `${s.majorVersion}.${s.minorVersion}.${s.buildNumber}`,
      flags: Number(header.flags),
      time: header.timestamp,
      nmod: dump.modules.length,
      nthr: dump.threads.length,
      ...listedMemory(dump),
      rsds,
      exc: exception?.record.code.toString(16).padStart(8, '0'),
      exctid: exception?.threadId,
      excaddr: exception && `0x${exception.record.address.toString(16)}`,
    }).toEqual({
      osver: e.osver,
      flags: e.flags,
      time: e.time,
      nmod: e.nmod,
      nthr: e.nthr,
      nranges: e.nranges,
      membytes: e.membytes,
      rsds: e.rsds,
      exc: e.exc,
      exctid: e.exctid,
      excaddr: e.excaddr,
    });
    expect(dump.directory.filter((entry) => entry.type !== 0)).toHaveLength(e.streams.length);
    expect(dump.problems).toEqual([]);
  });
});

/** The blocks of Breakpad's minidump_dump: a heading line, then `name = value` lines. */
function breakpadBlocks(text: string): { heading: string; fields: Map<string, string> }[] {
  const blocks: { heading: string; fields: Map<string, string> }[] = [];
  for (const line of text.split('\n')) {
    const field = /^ {2}(\S+(?:\[ \d+\])?) += (.*)$/.exec(line);
    if (field) blocks.at(-1)?.fields.set(field[1] ?? '', field[2] ?? '');
    else if (/^[A-Z]/.test(line)) blocks.push({ heading: line.trim(), fields: new Map() });
  }
  return blocks;
}

describe.skipIf(!hasCorpus)('google_minidump2, field by field as Breakpad prints it', () => {
  const NAME = 'google_minidump2-test-app-24b0ea_x86_winxp';
  const dump = hasCorpus ? open(`${NAME}.dmp`) : undefined;
  const blocks = hasCorpus
    ? breakpadBlocks(
        readFileSync(shared(`corpus/public/expected/${NAME}.breakpad-minidump_dump.txt`), 'utf8'),
      )
    : [];
  const fieldsOf = (heading: string): Map<string, string>[] =>
    blocks.filter((b) => b.heading === heading).map((b) => b.fields);
  /** `0x12` and `18` alike; text behind the number is left out */
  const number = (fields: Map<string, string>, name: string): number => {
    const text = fields.get(name);
    if (text === undefined) throw new Error(`Breakpad printed no ${name}`);
    return Number(text.split(' ')[0]);
  };

  it('directory', () => {
    const want = fieldsOf('MDRawDirectory').map((f) => ({
      type: number(f, 'stream_type'),
      size: number(f, 'location.data_size'),
      rva: number(f, 'location.rva'),
    }));
    expect(dump?.directory).toMatchObject(want);
    expect(want).toHaveLength(9);
  });

  it('threads', () => {
    const want = fieldsOf('MDRawThread').map((f) => ({
      id: number(f, 'thread_id'),
      suspendCount: number(f, 'suspend_count'),
      priorityClass: number(f, 'priority_class'),
      priority: number(f, 'priority'),
      teb: BigInt(number(f, 'teb')),
      stack: {
        start: BigInt(number(f, 'stack.start_of_memory_range')),
        size: number(f, 'stack.memory.data_size'),
        rva: number(f, 'stack.memory.rva'),
      },
      context: { size: number(f, 'thread_context.data_size'), rva: number(f, 'thread_context.rva') },
    }));
    expect(dump?.threads).toMatchObject(want);
    expect(want).toHaveLength(2);
  });

  it('modules', () => {
    const pair = (text: string | undefined): number[] =>
      (text ?? '')
        .split(':')
        .map(Number)
        .flatMap((v) => [v >>> 16, v & 0xffff]);
    const want = fieldsOf('MDRawModule').map((f) => ({
      base: BigInt(number(f, 'base_of_image')),
      size: number(f, 'size_of_image'),
      checksum: number(f, 'checksum'),
      timestamp: number(f, 'time_date_stamp'),
      nameRva: number(f, 'module_name_rva'),
      name: JSON.parse(`"${(f.get('(code_file)') ?? '').slice(1, -1).replaceAll('\\', '\\\\')}"`) as string,
      version:
        number(f, 'version_info.signature') === 0
          ? undefined
          : {
              fileVersion: pair(f.get('version_info.file_version')),
              productVersion: pair(f.get('version_info.product_version')),
              flagsMask: number(f, 'version_info.file_flags_mask'),
              flags: number(f, 'version_info.file_flags'),
              os: number(f, 'version_info.file_os'),
              type: number(f, 'version_info.file_type'),
              subtype: number(f, 'version_info.file_subtype'),
              date: 0n,
            },
      cvRecord: { size: number(f, 'cv_record.data_size'), rva: number(f, 'cv_record.rva') },
      codeView: {
        kind: 'rsds',
        guid: (f.get('(cv_record).signature') ?? '').replaceAll('-', '').toUpperCase(),
        age: number(f, '(cv_record).age'),
        pdb: (f.get('(cv_record).pdb_file_name') ?? '').slice(1, -1),
      },
      miscRecord: { size: number(f, 'misc_record.data_size'), rva: number(f, 'misc_record.rva') },
    }));
    expect(dump?.modules).toMatchObject(want);
    expect(want).toHaveLength(13);
  });

  it('memory', () => {
    const want = fieldsOf('MDMemoryDescriptor').map((f) => [
      BigInt(number(f, 'start_of_memory_range')),
      number(f, 'memory.data_size'),
      number(f, 'memory.rva'),
    ]);
    const raw = dump?.memory.raw;
    expect(
      raw && Array.from({ length: raw.count }, (_, i) => [raw.start(i), raw.size(i), raw.fileOffset(i)]),
    ).toEqual(want);
    expect(want).toHaveLength(3);
  });

  it('exception, system, misc and Breakpad information', () => {
    const [exception = new Map()] = fieldsOf('MDException');
    expect(dump?.exception).toMatchObject({
      threadId: number(exception, 'thread_id'),
      record: {
        code: number(exception, 'exception_record.exception_code'),
        flags: number(exception, 'exception_record.exception_flags'),
        record: BigInt(number(exception, 'exception_record.exception_record')),
        address: BigInt(number(exception, 'exception_record.exception_address')),
        parameters: [
          BigInt(number(exception, 'exception_record.exception_information[ 0]')),
          BigInt(number(exception, 'exception_record.exception_information[ 1]')),
        ],
      },
      context: {
        size: number(exception, 'thread_context.data_size'),
        rva: number(exception, 'thread_context.rva'),
      },
    });
    const [system = new Map()] = fieldsOf('MDRawSystemInfo');
    expect(dump?.systemInfo).toMatchObject({
      processorArchitecture: number(system, 'processor_architecture'),
      processorLevel: number(system, 'processor_level'),
      processorRevision: number(system, 'processor_revision'),
      numberOfProcessors: number(system, 'number_of_processors'),
      productType: number(system, 'product_type'),
      majorVersion: number(system, 'major_version'),
      minorVersion: number(system, 'minor_version'),
      buildNumber: number(system, 'build_number'),
      platformId: number(system, 'platform_id'),
      csdVersionRva: number(system, 'csd_version_rva'),
      csdVersion: 'Service Pack 2',
      suiteMask: number(system, 'suite_mask'),
      cpu: { kind: 'x86', vendorId: 'GenuineIntel' },
    });
    const [misc = new Map()] = fieldsOf('MDRawMiscInfo');
    expect(dump?.miscInfo).toMatchObject({
      sizeOfInfo: number(misc, 'size_of_info'),
      flags1: number(misc, 'flags1'),
      processId: number(misc, 'process_id'),
      processCreateTime: number(misc, 'process_create_time'),
      processUserTime: number(misc, 'process_user_time'),
      processKernelTime: number(misc, 'process_kernel_time'),
    });
    const [breakpad = new Map()] = fieldsOf('MDRawBreakpadInfo');
    expect(dump?.breakpadInfo).toEqual({
      dumpThreadId: number(breakpad, 'dump_thread_id'),
      requestingThreadId: number(breakpad, 'requesting_thread_id'),
    });
  });
});

describe.skipIf(!hasCorpus)('what single dumps are known for', () => {
  it('a shadow stack pointer behind the context (google_tiny-exe-with-cet-xsave)', () => {
    const dump = open('google_tiny-exe-with-cet-xsave-2e852e_x64_win11.dmp');
    const [thread] = dump.threads;
    const state = thread && dump.extendedState(dump.context(thread.context));
    expect(state).toMatchObject({ mask: 0x800n, cetControl: 1n });
    // a shadow stack is a region of its own: committed, private, and the pointer lies in it on 8 bytes
    const region = dump.memoryInfos.find(state?.ssp ?? 0n);
    expect(region).toMatchObject({ state: 0x1000, type: 0x20000 });
    expect((state?.ssp ?? 1n) % 8n).toBe(0n);
    // what it points to is a return address, and the ordinary stack has the same one
    const i = dump.memory.find(state?.ssp ?? 0n);
    expect(dump.modules.length).toBe(25);
    if (i >= 0) {
      const at = dump.memory.fileOffset(i) + Number((state?.ssp ?? 0n) - dump.memory.start(i));
      const address = Buffer.from(dump.bytes(at, 8)).readBigUInt64LE();
      expect(dump.modules.some((m) => address >= m.base && address < m.base + BigInt(m.size))).toBe(true);
    }
  });

  it('no shadow stacks, but the place for the pointer is saved (getsentry_sentry-example)', () => {
    const dump = open('getsentry_sentry-example-297012_x64_win11.dmp');
    const states = dump.threads.map((t) => dump.extendedState(dump.context(t.context)));
    expect(states.map((s) => [s?.ssp, s?.cetControl])).toEqual(dump.threads.map(() => [0n, 0n]));
    // dynamic function tables of the injected graphics hooks
    expect(dump.functionTables).toMatchObject({ entrySize: 12 });
    expect(dump.functionTables?.tables.map((t) => t.entryCount)).toEqual([4, 1, 1]);
    for (const table of dump.functionTables?.tables ?? []) {
      const first = Buffer.from(dump.bytes(table.entries.rva, 12));
      const length = Number(table.maximumAddress - table.baseAddress);
      expect(first.readUInt32LE(0)).toBeLessThan(first.readUInt32LE(4));
      expect(first.readUInt32LE(4)).toBeLessThanOrEqual(length);
    }
  });

  it('thread names (google_thread-name-list)', () => {
    const dump = open('google_thread-name-list-allocer32-c08078_x86_win10.dmp');
    expect([...dump.threadNames.values()]).toEqual(['main thread', 'sleep thread', 'overflow thread']);
    const ids = new Set(dump.threads.map((t) => t.id));
    expect([...dump.threadNames.keys()].every((id) => ids.has(id))).toBe(true);
  });

  it('an assertion (jloutsch_invalid-parameter)', () => {
    const dump = open('jloutsch_invalid-parameter-crashtest-5edaec_x64_win10.dmp');
    expect(dump.assertionInfo).toMatchObject({
      expression: 'format != nullptr',
      function: 'common_vfprintf',
      type: 1,
    });
  });

  it('handles with what their objects are (kindtis_cppconsoleapplication)', () => {
    const dump = open('kindtis_cppconsoleapplication-e52a52_x64_win11.dmp');
    const processId = BigInt(dump.miscInfo?.processId ?? 0);
    const tebs = new Map(dump.threads.map((t) => [BigInt(t.id), t.teb]));
    let threads = 0;
    for (const handle of dump.handles) {
      for (const { type, detail } of handle.objectInfo) {
        const expectedType = { Event: [6], Mutant: [2, 3], Section: [7], Semaphore: [8], Thread: [1] }[
          handle.typeName
        ];
        expect(expectedType, `${handle.typeName} ${handleObjectInfoName(type)}`).toContain(type);
        expect(detail, handleObjectInfoName(type)).toBeDefined();
        // truth from another stream: a thread of this process has the TEB that the thread list gives it
        if (detail?.kind !== 'thread' || detail.processId !== processId) continue;
        threads++;
        expect(detail.teb).toBe(tebs.get(detail.threadId));
      }
    }
    expect(threads).toBeGreaterThan(0);
    expect(dump.handles).toHaveLength(171);
    // of one machine at one time: two structures and the system stream agree
    const { basic, basicPerformance, performance } = dump.systemMemoryInfo ?? {};
    expect(basic?.get('NumberOfProcessors')).toBe(BigInt(dump.systemInfo?.numberOfProcessors ?? 0));
    for (const name of ['AvailablePages', 'CommittedPages', 'CommitLimit', 'PeakCommitment']) {
      expect(performance?.get(name)).toBe(basicPerformance?.get(name));
    }
    expect(performance?.size).toBe(82);
    const counters = dump.processVmCounters?.values;
    expect(counters?.get('PrivateUsage')).toBe(counters?.get('PagefileUsage'));
    expect([...dump.threadInfos.keys()]).toEqual(dump.threads.map((t) => t.id));
    for (const info of dump.threadInfos.values()) {
      const { startAddress: a } = info;
      expect(dump.modules.some((m) => a >= m.base && a < m.base + BigInt(m.size))).toBe(true);
    }
  });

  it('tokens, cut in parts that follow one another (google_notepad)', () => {
    const dump = open('google_notepad-64bit-712b1f_x64_win7.dmp');
    const [token] = dump.tokens;
    expect(dump.tokens).toHaveLength(1);
    expect(token?.id).toBe(dump.miscInfo?.processId);
    expect(token?.parts).toHaveLength(7);
    // the user is the second: a SID of revision 1 with five parts, of an NT account (authority 5)
    const user = token?.parts[1];
    expect(user && [...dump.bytes(user.rva + 8, 8)]).toEqual([1, 5, 0, 0, 0, 0, 0, 5]);
  });

  it('what an application told Crashpad (an iOS dump)', () => {
    const bytes = readFileSync(
      corpusFile('public/malformed/google_ebce58_ios_minidump-crashpad-annotation.dmp.gz'),
    );
    const info = Minidump.open(new BufferSource(new Uint8Array(bytes))).crashpadInfo;
    expect(info?.annotations).toEqual(
      new Map([
        ['crashpad', 'yes'],
        ['plat', 'iOS'],
        ['prod', 'xcuitest'],
        ['ver', '1'],
      ]),
    );
    expect(info?.reportId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const names = info?.modules.flatMap((m) => m.objects.map((o) => o.name));
    expect(names).toContain('exceptionReason');
    expect(info?.modules.flatMap((m) => m.list).join()).toMatch(/^CoreSimulator/);
  });

  it('addresses that a writer sign-extended (google_minidump-32bit-crash-addr)', () => {
    // the file has 0xffffffff00000045; minidump2, the same dump unchanged, has 0x45
    const dump = open('google_minidump-32bit-crash-addr-test-app-1f4f68_x86_winxp.dmp');
    expect(dump.exception?.record.parameters).toEqual([1n, 0x45n]);
  });
});
