import type { NamedFrame } from '../../../core/analysis/index.ts';
import { ContextRecord, contextSize, MACHINES, type Module } from '../../../core/target/index.ts';

const registers = new ContextRecord(MACHINES.x86, new Uint8Array(contextSize(MACHINES.x86)));

/** A module at a base; everything else of it is of no interest to who asks. */
function moduleCalled(fileName: string, base = 0x400000n): Module {
  const name = fileName.replace(/\.[^.]*$/, '');
  return {
    index: 0,
    base,
    size: 0x100000,
    end: base + 0x100000n,
    path: `C:\\${fileName}`,
    fileName,
    name,
    timestamp: 0,
    checksum: 0,
  };
}

/**
 * A frame by its label, as k prints it: `app!main+0x10`, `app+0x1234`, an address outside modules. Export tables' names
 * are marked so: `ntdll!!Foo+0x10`. Frames lie 0x20 bytes apart.
 */
export function frameCalled(label: string, index: number): NamedFrame {
  const match = /^(\w+)(?:(!!?)(.*?))?(?:\+0x([0-9a-f]+))?$/.exec(label);
  const outside = /^0x([0-9a-f]+)$/.exec(label)?.[1];
  const displacement = BigInt(`0x${match?.[4] ?? '0'}`);
  const module = outside === undefined ? moduleCalled(`${match?.[1] ?? ''}.dll`) : undefined;
  const function_ = match?.[3];
  // equal labels are equal places
  let rva = 0x1000n;
  for (const c of label) rva = (rva * 31n + BigInt(c.charCodeAt(0))) % 0xf0000n;
  const instruction = module ? module.base + 0x1000n + rva : BigInt(`0x${outside ?? '0'}`);
  return {
    frame: {
      index,
      instruction,
      frame: 0x10000n + BigInt(index * 0x20),
      registers,
      how: 'frame pointer',
      inline: false,
      module,
      lookup: instruction,
      parameters: 0n,
      virtualFrame: 0n,
    },
    module,
    function: function_,
    displacement: outside === undefined ? displacement : 0n,
    isExport: match?.[2] === '!!',
  };
}

export function framesCalled(...labels: readonly string[]): NamedFrame[] {
  return labels.map(frameCalled);
}
