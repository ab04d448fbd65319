import {
  type MemoryContent,
  type Minidump,
  type MinidumpDescription,
  StreamType,
  type ThreadDescription,
} from '../../../minidump/index.ts';
import { readExceptionRecord } from '../../../analysis/index.ts';
import { contextSize, type AddressRange, type Memory, type Target } from '../../../target/index.ts';
import { readJitInfo } from '../../exceptions/index.ts';
import type { Session } from '../../session.ts';
import { chooseMemory, stackRanges } from './chooseMemory.ts';
import { MINI_OPTIONS, type DumpOptions, type MiniOption } from './dumpOptions.ts';
import { keepPointers, type MemoryFilter } from './keepPointers.ts';

/** Pieces that memory is copied in. */
const PIECE = 0x100000;
/** CPU_INFORMATION in MINIDUMP_SYSTEM_INFO: offset and bytes */
const CPU = { offset: 32, size: 24 };
/** Streams that hold no offsets into the file: they are kept as they are. */
const SELF_CONTAINED = [StreamType.SystemMemoryInfo, StreamType.ProcessVmCounters, StreamType.Token];
/** Offsets of a memory list have 32 bits. */
const SMALL_LIMIT = 0xf000_0000n;

/** A new dump of a part of what this one holds. `now` in seconds since 1970. */
export function describeCut(session: Session, dump: Minidump, request: DumpOptions): MinidumpDescription {
  const { options, comment, jitInfo } = request;
  const { target } = session;
  const ranges = chooseMemory(session, options);
  const total = ranges.reduce((sum, { start, end }) => sum + (end - start), 0n);
  const wide = options.has('f') || total > SMALL_LIMIT;
  const { exception, miscInfo } = dump;
  const wanted = <T>(option: MiniOption, value: () => T): T | undefined =>
    options.has(option) ? value() : undefined;
  const filter = options.has('r') ? keepPointers(session) : undefined;
  return {
    flags: [...options].reduce((flags, option) => flags | MINI_OPTIONS[option], 0n),
    timestamp: dump.header.timestamp,
    systemInfo: systemInfo(dump),
    threads: threads(session, dump),
    threadInfos: wanted('t', () => [...dump.threadInfos.values()]),
    threadNames: dump.threadNames.size > 0 ? dump.threadNames : undefined,
    modules: modules(target, options),
    unloadedModules: wanted('u', () => dump.unloadedModules),
    memory: ranges.map((range) => content(target.memory, range, filter)),
    memoryForm: wide ? 'list64' : 'list',
    memoryInfos: wanted('F', () => [...dump.memoryInfos]),
    exception:
      jitInfo === undefined
        ? exception && { ...exception, context: dump.context(exception.context) }
        : jitException(session, jitInfo),
    miscInfo,
    handles: wanted('h', () =>
      dump.handles.map((handle) => ({
        ...handle,
        objectInfo: handle.objectInfo.map(({ type, location }) => ({
          type,
          bytes: dump.bytes(location.rva, location.size),
        })),
      })),
    ),
    comments: { ...dump.comments, unicode: comment ?? dump.comments.unicode },
    otherStreams: SELF_CONTAINED.flatMap((type) => {
      const entry = dump.stream(type);
      return entry ? [{ type, bytes: dump.bytes(entry.rva, entry.size) }] : [];
    }),
  };
}

/** The exception that a JIT_DEBUG_INFO in the process' memory leads to. */
function jitException(session: Session, expression: string): MinidumpDescription['exception'] {
  const { machine, target } = session;
  const info = readJitInfo(session, expression);
  return {
    threadId: info.threadId,
    record: readExceptionRecord(target.memory, machine, info.record),
    context: target.memory.read(info.context, contextSize(machine)),
  };
}

function systemInfo(dump: Minidump): MinidumpDescription['systemInfo'] {
  const { systemInfo: info } = dump;
  const entry = dump.stream(StreamType.SystemInfo);
  if (!info || !entry) return undefined;
  return { ...info, cpu: dump.bytes(entry.rva + CPU.offset, CPU.size) };
}

function threads(session: Session, dump: Minidump): ThreadDescription[] {
  const stacks = stackRanges(session);
  return dump.threads.map(({ id, suspendCount, priorityClass, priority, teb, stack, context }) => {
    const used = stacks.find(
      ({ start, end }) => stack.start < end && stack.start + BigInt(stack.size) > start,
    );
    return {
      id,
      suspendCount,
      priorityClass,
      priority,
      teb,
      stack: used
        ? { start: used.start, size: Number(used.end - used.start) }
        : { start: stack.start, size: 0 },
      context: dump.context(context),
    };
  });
}

function modules(
  { modules: loaded }: Target,
  options: ReadonlySet<MiniOption>,
): MinidumpDescription['modules'] {
  return [...loaded].map(({ base, size, checksum, timestamp, path, fileName, version, codeView }) => ({
    base,
    size,
    checksum,
    timestamp,
    name: options.has('R') ? fileName : path,
    version,
    codeView,
  }));
}

function content(
  memory: Memory,
  { start, end }: AddressRange,
  filter: MemoryFilter | undefined,
): MemoryContent {
  const size = Number(end - start);
  return {
    start,
    size,
    *bytes() {
      for (let done = 0; done < size; done += PIECE) {
        const at = start + BigInt(done);
        const bytes = memory.read(at, Math.min(PIECE, size - done));
        yield filter ? filter(at, bytes) : bytes;
      }
    },
  };
}
