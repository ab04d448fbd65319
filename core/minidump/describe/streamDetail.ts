import type { RangeColumns } from '../memoryRanges.ts';
import type { Minidump } from '../minidump.ts';
import { StreamType } from '../streamTypes.ts';
import type { ExceptionStream } from '../streams/exception.ts';
import type { HandleRecord } from '../streams/handles.ts';
import type { MemoryInfo } from '../streams/memoryInfos.ts';
import type { MiscInfo } from '../streams/miscInfo.ts';
import type { ModuleRecord } from '../streams/modules.ts';
import type { SystemInfo } from '../streams/systemInfo.ts';
import type { ThreadInfo } from '../streams/threadInfos.ts';
import type { ThreadRecord } from '../streams/threads.ts';
import type { UnloadedModuleRecord } from '../streams/unloadedModules.ts';

/** A range as the file lists it; `fileOffset` and `size` in bytes. */
export interface ListedRange {
  readonly start: bigint;
  readonly size: number;
  readonly fileOffset: number;
}

/** What a stream holds, by the kind of stream. `count` counts all, `rows` are the first of them. */
export type StreamDetail =
  | { readonly kind: 'threads'; readonly count: number; readonly rows: readonly ThreadRecord[] }
  | { readonly kind: 'threadInfos'; readonly count: number; readonly rows: readonly ThreadInfo[] }
  | {
      readonly kind: 'threadNames';
      readonly count: number;
      readonly rows: readonly { readonly id: number; readonly name: string }[];
    }
  | { readonly kind: 'modules'; readonly count: number; readonly rows: readonly ModuleRecord[] }
  | {
      readonly kind: 'unloadedModules';
      readonly count: number;
      readonly rows: readonly UnloadedModuleRecord[];
    }
  | {
      readonly kind: 'memory';
      readonly count: number;
      /** bytes, as claimed */
      readonly total: number;
      /** Memory64List: where its bytes begin in the file */
      readonly baseRva?: number;
      readonly rows: readonly ListedRange[];
    }
  | { readonly kind: 'regions'; readonly count: number; readonly rows: readonly MemoryInfo[] }
  | {
      readonly kind: 'handles';
      readonly count: number;
      readonly headerSize: number;
      readonly descriptorSize: number;
      readonly rows: readonly HandleRecord[];
    }
  | { readonly kind: 'exception'; readonly exception: ExceptionStream }
  | { readonly kind: 'system'; readonly system: SystemInfo }
  | { readonly kind: 'misc'; readonly misc: MiscInfo }
  | { readonly kind: 'functionTables'; readonly count: number }
  | { readonly kind: 'tokens'; readonly count: number }
  | { readonly kind: 'comment'; readonly text: string };

/** What the dump's stream of a type holds, at most `most` rows of it; undefined where we know nothing to say. */
export function streamDetail(dump: Minidump, type: number, most: number): StreamDetail | undefined {
  switch (type) {
    case StreamType.ThreadList:
    case StreamType.ThreadExList:
      return { kind: 'threads', ...head(dump.threads, most) };
    case StreamType.ThreadInfoList:
      return { kind: 'threadInfos', ...head([...dump.threadInfos.values()], most) };
    case StreamType.ThreadNames:
      return {
        kind: 'threadNames',
        ...head(
          Array.from(dump.threadNames, ([id, name]) => ({ id, name })),
          most,
        ),
      };
    case StreamType.ModuleList:
      return { kind: 'modules', ...head(dump.modules, most) };
    case StreamType.UnloadedModuleList:
      return { kind: 'unloadedModules', ...head(dump.unloadedModules, most) };
    case StreamType.MemoryList:
    case StreamType.Memory64List:
      return memoryDetail(dump, type, most);
    case StreamType.MemoryInfoList:
      return {
        kind: 'regions',
        count: dump.memoryInfos.length,
        rows: first(dump.memoryInfos.length, most, (i) => dump.memoryInfos.at(i)),
      };
    case StreamType.HandleData:
      return handleDetail(dump, most);
    case StreamType.Exception:
      return dump.exception && { kind: 'exception', exception: dump.exception };
    case StreamType.SystemInfo:
      return dump.systemInfo && { kind: 'system', system: dump.systemInfo };
    case StreamType.MiscInfo:
      return dump.miscInfo && { kind: 'misc', misc: dump.miscInfo };
    case StreamType.FunctionTable:
      return { kind: 'functionTables', count: dump.functionTables?.tables.length ?? 0 };
    case StreamType.Token:
      return { kind: 'tokens', count: dump.tokens.length };
    case StreamType.CommentA:
      return { kind: 'comment', text: dump.comments.ansi ?? '' };
    case StreamType.CommentW:
      return { kind: 'comment', text: dump.comments.unicode ?? '' };
    default:
      return undefined;
  }
}

function head<T>(all: readonly T[], most: number): { count: number; rows: readonly T[] } {
  return { count: all.length, rows: all.slice(0, most) };
}

function first<T>(count: number, most: number, at: (i: number) => T | undefined): T[] {
  const rows: T[] = [];
  for (let i = 0; i < Math.min(count, most); i++) {
    const row = at(i);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

function memoryDetail(dump: Minidump, type: number, most: number): StreamDetail {
  const part = dump.memoryLists.find((list) => list.entry.type === type);
  const from = part?.firstRange ?? 0;
  const count = part?.count ?? 0;
  const { raw } = dump.memory;
  let total = 0;
  for (let i = from; i < from + count; i++) total += raw.size(i);
  return {
    kind: 'memory',
    count,
    total,
    baseRva: type === StreamType.Memory64List ? part?.baseRva : undefined,
    rows: first(count, most, (i) => range(raw, from + i)),
  };
}

function range(raw: RangeColumns, i: number): ListedRange {
  return { start: raw.start(i), size: raw.size(i), fileOffset: raw.fileOffset(i) };
}

function handleDetail(dump: Minidump, most: number): StreamDetail | undefined {
  const entry = dump.stream(StreamType.HandleData);
  const header = entry && dump.bytes(entry.rva, 8);
  if (header?.length !== 8) return undefined;
  const view = new DataView(header.buffer, header.byteOffset, 8);
  return {
    kind: 'handles',
    headerSize: view.getUint32(0, true),
    descriptorSize: view.getUint32(4, true),
    ...head(dump.handles, most),
  };
}
