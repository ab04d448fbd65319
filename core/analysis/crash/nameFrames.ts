import type { SymbolService } from '../../symbols/index.ts';
import type { Frame } from '../../unwind/index.ts';
import type { NamedFrame } from './model.ts';

/** Names frames. Look-ups go by the instruction before a return address; displacements count to the address itself. */
export function nameFrames(symbols: SymbolService, frames: readonly Frame[]): NamedFrame[] {
  return frames.map((frame) => nameFrame(symbols, frame));
}

function nameFrame(symbols: SymbolService, frame: Frame): NamedFrame {
  const { module, inlined, instruction, lookup } = frame;
  if (!module) return { frame, displacement: 0n, isExport: false };
  if (inlined) {
    const displacement = instruction - module.base - BigInt(inlined.start);
    return { frame, module, function: inlined.name, displacement, source: inlined.source, isExport: false };
  }
  const found = symbols.nearest(lookup);
  const line = symbols.line(lookup);
  const source = line && { file: line.file, line: line.line };
  if (!found) return { frame, module, displacement: instruction - module.base, source, isExport: false };
  return {
    frame,
    module,
    function: found.symbol.name,
    displacement: instruction - found.address,
    source,
    isExport: symbols.of(module)?.status === 'export',
  };
}

/** `ntdll!RtlFreeHeap+0x14e`, `app+0x1234`, `0x35ecac`. */
export function frameLabel({ frame, module, function: name, displacement }: NamedFrame): string {
  if (!module) return `0x${frame.instruction.toString(16)}`;
  const start = name === undefined ? module.name : `${module.name}!${name}`;
  return displacement === 0n ? start : `${start}+0x${displacement.toString(16)}`;
}
