import { describe, expect, it } from 'vitest';
import { MemoryUnreadable, NotAvailable } from '../../core/errors/index.ts';
import {
  BASIC,
  BuiltInTypes,
  createStructLayouts,
  loadLayout,
  type RecordType,
  type TypeSource,
} from '../../core/types/index.ts';
import { FakeMemory } from './fakeMemory.ts';

const win7x86 = createStructLayouts([
  new BuiltInTypes(await loadLayout({ major: 6, minor: 1, build: 7601 }, 'x86')),
]);
const win10x64 = createStructLayouts([
  new BuiltInTypes(await loadLayout({ major: 10, minor: 0, build: 19041 }, 'x64')),
]);

describe('places of fields', () => {
  // the offsets of the issue and of Windows' own headers (winternl.h, x86 and x64)
  it('are Windows’ own', () => {
    expect(win7x86.offset('_PEB', 'ProcessHeap')).toBe(0x18);
    expect(win7x86.offset('_PEB', 'NumberOfHeaps')).toBe(0x88);
    expect(win7x86.offset('_PEB', 'ProcessHeaps')).toBe(0x90);
    expect(win10x64.offset('_PEB', 'ProcessHeap')).toBe(0x30);
    expect(win10x64.offset('_PEB', 'ProcessHeaps')).toBe(0xf0);
    expect(win10x64.offset('_TEB', 'ClientId.UniqueThread')).toBe(0x48);
    expect(win10x64.offset('_TEB', 'LastErrorValue')).toBe(0x68);
    expect(win7x86.size('_LIST_ENTRY')).toBe(8);
  });

  it('go through nested structures and array elements', () => {
    expect(win7x86.offset('_RTL_USER_PROCESS_PARAMETERS', 'CurrentDirectory.DosPath.Buffer')).toBe(0x28);
    expect(win7x86.offset('_PEB', 'GdiHandleBuffer[2]')).toBe(win7x86.offset('_PEB', 'GdiHandleBuffer') + 8);
    expect(win7x86.has('_PEB', 'GdiHandleBuffer[34]')).toBe(false);
    expect(win7x86.offset('_LARGE_INTEGER', 'u.HighPart')).toBe(4);
  });

  it('are asked for before use', () => {
    expect(win7x86.has('_PEB', 'NoSuchField')).toBe(false);
    expect(win7x86.has('_NO_SUCH', 'x')).toBe(false);
    expect(win7x86.has('_PEB', 'Ldr.Length')).toBe(false);
    expect(() => win7x86.offset('_PEB', 'NoSuchField')).toThrow(NotAvailable);
    expect(() => win7x86.size('_NO_SUCH')).toThrow(NotAvailable);
  });

  it('go through anonymous members and bases, even of a class that is its own base', () => {
    const inner: RecordType = {
      kind: 'record',
      tag: 'union',
      name: '<unnamed-type-u>',
      size: 4,
      forward: false,
      members: [{ kind: 'field', name: 'deep', offset: 0, type: BASIC.uint4 }],
    };
    const loop: RecordType = {
      kind: 'record',
      tag: 'class',
      name: 'Loop',
      size: 16,
      forward: false,
      get members() {
        return [
          { kind: 'base', type: loop, offset: 0 } as const,
          { kind: 'field', name: '', offset: 8, type: inner } as const,
        ];
      },
    };
    const source: TypeSource = {
      origin: 'test',
      pointerSize: 4,
      find: (name) => (name === 'Loop' ? loop : undefined),
      names: () => ['Loop'],
    };
    const layouts = createStructLayouts([source]);
    expect(layouts.offset('Loop', 'deep')).toBe(8);
    expect(layouts.has('Loop', 'missing')).toBe(false);
  });

  it('come from the first source that has the structure', () => {
    const own: RecordType = {
      kind: 'record',
      tag: 'struct',
      name: '_PEB',
      size: 1,
      forward: false,
      members: [],
    };
    const forward: RecordType = { ...own, name: '_TEB', size: 0, forward: true };
    const pdb: TypeSource = {
      origin: 'ntdll.pdb',
      pointerSize: 4,
      find: (name) => (name === '_PEB' ? own : name === '_TEB' ? forward : undefined),
      names: () => [],
    };
    const builtIn: TypeSource = {
      origin: 'built in',
      pointerSize: 4,
      find: (name) => (name === '_TEB' ? { ...own, name, size: 2 } : undefined),
      names: () => [],
    };
    const layouts = createStructLayouts([pdb, builtIn]);
    expect(layouts.size('_PEB')).toBe(1);
    expect(layouts.size('_TEB')).toBe(2);
    expect(layouts.origin).toBe('ntdll.pdb, built in');
  });
});

describe('a view on memory', () => {
  it('reads a small structure with one read', () => {
    const memory = new FakeMemory().put32(0x1000n, 0x2000, 0x3000);
    const list = win7x86.at('_LIST_ENTRY', memory, 0x1000n);
    expect([list.get('Flink'), list.get('Blink')]).toEqual([0x2000n, 0x3000n]);
    expect(memory.reads).toBe(1);
  });

  it('reads what is there of a structure that is cut', () => {
    const memory = new FakeMemory().put32(0x1000n, 0x2000);
    const list = win7x86.at('_LIST_ENTRY', memory, 0x1000n);
    expect(list.get('Flink')).toBe(0x2000n);
    expect(() => list.get('Blink')).toThrow(MemoryUnreadable);
  });

  it('sign-extends, extracts bit fields, follows pointers', () => {
    const memory = new FakeMemory()
      .put64(0x1000n, 0xffff_ffff_ffff_fff6n)
      .put(0x7000n, [0, 0, 0, 0x08])
      .put64(0x7018n, 0x8000n)
      .put32(0x8000n, 0x58);
    expect(win10x64.at('_LARGE_INTEGER', memory, 0x1000n).get('QuadPart')).toBe(-10n);
    expect(win10x64.at('_LARGE_INTEGER', memory, 0x1000n).number('HighPart')).toBe(-1);
    expect(win10x64.at('_ULARGE_INTEGER', memory, 0x1000n).get('QuadPart')).toBe(0xffff_ffff_ffff_fff6n);
    const peb = win10x64.at('_PEB', memory, 0x7000n);
    expect(peb.number('SkipPatchingUser32Forwarders')).toBe(1);
    expect(peb.number('IsPackagedProcess')).toBe(0);
    expect(peb.struct('Ldr')?.number('Length')).toBe(0x58);
    expect(peb.struct('Ldr')?.name).toBe('_PEB_LDR_DATA');
    expect(peb.addressOf('Ldr')).toBe(0x7018n);
    expect(() => peb.number('Ldr')).toThrow(NotAvailable);
    expect(() => peb.get('CSDVersion')).toThrow(NotAvailable);
  });

  it('reads counted strings, with null as empty', () => {
    const memory = new FakeMemory()
      .put32(0x1000n, 0x0008_0006, 0x2000)
      .put32(0x1008n, 0x0008_0006, 0)
      .text16(0x2000n, 'abcdef');
    const at = (address: bigint) => win7x86.at('_UNICODE_STRING', memory, address);
    expect(at(0x1000n).unicodeString('')).toBe('abc');
    expect(at(0x1008n).unicodeString('')).toBe('');
  });

  it('gives undefined for a null pointer', () => {
    const memory = new FakeMemory().put64(0x7018n, 0n);
    expect(win10x64.at('_PEB', memory, 0x7000n).struct('Ldr')).toBeUndefined();
  });
});
