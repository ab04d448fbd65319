import { unmodified } from '../../types/index.ts';
import type { Frame } from '../../unwind/index.ts';
import type { Session } from '../session.ts';
import { showsLines } from '../settings.ts';

/** What a frame is called and where its source is. */
export interface FrameName {
  readonly module?: string;
  /** without displacement; absent where nothing is known but the module */
  readonly function?: string;
  /** from the function, or from the module where there is no function, to the frame's instruction */
  readonly displacement: bigint;
  readonly source?: { readonly file: string; readonly line: number };
  /** `cdecl`, where private symbols say */
  readonly convention?: string;
}

/**
 * Names a frame. The look-up goes by the instruction before a return address, since a call may be the last of its
 * function; the displacement counts to the address itself, as WinDbg prints it.
 */
export function nameFrame(session: Session, frame: Frame): FrameName {
  const { module, inlined, instruction, lookup } = frame;
  if (!module) return { displacement: 0n };
  if (inlined) {
    const displacement = instruction - module.base - BigInt(inlined.start);
    const source = showsLines(session) ? inlined.source : undefined;
    return { module: module.name, function: inlined.name, displacement, source };
  }
  const found = session.symbols.nearest(lookup);
  const line = showsLines(session) ? session.symbols.line(lookup) : undefined;
  const source = line && { file: line.file, line: line.line };
  if (!found) return { module: module.name, displacement: instruction - module.base, source };
  const { symbol } = found;
  const type = symbol.type && unmodified(symbol.type);
  return {
    module: module.name,
    function: symbol.name,
    displacement: instruction - found.address,
    source,
    convention: type?.kind === 'procedure' ? type.convention?.replace(/^_+/, '') : undefined,
  };
}

/** `ntdll!RtlFreeHeap+0x14e`, `app+0x1234`, `0x35ecac`: what stands at the end of a row of k. */
export function frameText(name: FrameName, frame: Frame, displaced = true): string {
  if (name.module === undefined) return outsideModules(frame.instruction);
  const start = name.function === undefined ? name.module : `${name.module}!${name.function}`;
  const shown = displaced || name.function === undefined;
  if (!shown || name.displacement === 0n) return start;
  return name.displacement > 0n
    ? `${start}+0x${name.displacement.toString(16)}`
    : `${start}-0x${(-name.displacement).toString(16)}`;
}

/** An address that no module holds: with the accent where it has more than 32 bits. */
function outsideModules(address: bigint): string {
  const high = address >> 32n;
  if (high === 0n) return `0x${address.toString(16)}`;
  return `0x${high.toString(16)}\`${(address & 0xffffffffn).toString(16).padStart(8, '0')}`;
}
