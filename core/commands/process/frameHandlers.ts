import {
  frameHandlers,
  handlesAll,
  type CppTryBlock,
  type FrameHandler,
  type SehScope,
} from '../../analysis/index.ts';
import { formatAddress, type Output, type Part, pointer } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { hexField } from './views.ts';

/** What !exchain shows where handlers stand in unwind tables: the frames that have one. */
export interface FrameHandlers {
  /** frames that were looked at */
  readonly scanned: number;
  readonly handlers: readonly FrameHandler[];
  /** `ntdll!_C_specific_handler (00007ff8`38050ef0)` of the addresses that are shown */
  readonly names: ReadonlyMap<Address, string>;
}

/** The handlers of the current thread's frames. */
export function readFrameHandlers(session: Session): FrameHandlers {
  const { target, symbols, machine } = session;
  const { frames } = session.walk(session.thread, { from: session.registers() });
  const handlers = frameHandlers({ target, symbols, machine }, frames);
  const names = new Map<Address, string>();
  const name = (address: Address): void => {
    const digits = formatAddress(address, 8);
    const found = symbols.describe(address);
    names.set(address, found === undefined ? digits : `${found} (${digits})`);
  };
  for (const { frame, module, handler, seh, cpp } of handlers) {
    name(frame.instruction);
    name(handler);
    for (const s of seh) for (const rva of [s.handler, s.target]) name(module.base + BigInt(rva));
    for (const c of cpp.flatMap((b) => b.catches)) name(c.handler);
  }
  return { scanned: frames.filter((f) => !f.inline).length, handlers, names };
}

export function printFrameHandlers({ scanned, handlers, names }: FrameHandlers, out: Output): void {
  const text = (address: Address): Part[] => [
    pointer(address, names.get(address) ?? formatAddress(address, 8), `u 0x${address.toString(16)}`),
  ];
  out.line(`${scanned} stack frames, scanning for handlers...`);
  for (const { frame, module, handler, seh, cpp } of handlers) {
    out.line(`Frame 0x${frame.index.toString(16).padStart(2, '0')}: `, ...text(frame.instruction));
    out.line('  ehandler ', ...text(handler));
    for (const scope of seh) printScope(scope, module.base, text, out);
    for (const line of catchLines(cpp, text)) out.line(...line);
  }
}

/** As the scopes of x86 frames are shown. */
function printScope(
  scope: SehScope,
  base: Address,
  text: (address: Address) => readonly Part[],
  out: Output,
): void {
  const head = `  CRT scope ${String(scope.index).padStart(2)}, `;
  if (scope.target === 0) {
    out.line(`${head}func:   `, ...text(base + BigInt(scope.handler)));
    return;
  }
  const filter = handlesAll(scope) ? ['EXCEPTION_EXECUTE_HANDLER'] : text(base + BigInt(scope.handler));
  out.line(`${head}filter: `, ...filter);
  out.line(`${' '.repeat(16)}func:   `, ...text(base + BigInt(scope.target)));
}

/** The catch clauses of try blocks, one a line. */
export function catchLines(
  blocks: readonly CppTryBlock[],
  text: (address: Address) => readonly Part[],
): Part[][] {
  return blocks.flatMap((block) =>
    block.catches.map(({ type, isConst, isReference, handler }, k) => {
      const states = `${block.low}..${block.high}`;
      const head = k === 0 ? `  C++ try ${states}, ` : ' '.repeat(12 + states.length);
      const constant = isConst ? 'const ' : '';
      const what = type ? `${constant}${type.name}${isReference ? ' &' : ''}` : '...';
      return [`${head}catch (${what}): `, ...text(handler)];
    }),
  );
}

export function frameHandlersData({ scanned, handlers, names }: FrameHandlers) {
  return {
    scanned,
    frames: handlers.map(({ frame, module, handler, seh, cpp }) => ({
      index: frame.index,
      instruction: hexField(frame.instruction),
      handler: hexField(handler),
      function: names.get(handler),
      scopes: seh.map((s) => ({
        index: s.index,
        filter: s.target === 0 || handlesAll(s) ? undefined : hexField(module.base + BigInt(s.handler)),
        handler: hexField(module.base + BigInt(s.target === 0 ? s.handler : s.target)),
        finally: s.target === 0,
      })),
      catches: catchData(cpp),
    })),
  };
}

export function catchData(blocks: readonly CppTryBlock[]) {
  return blocks.flatMap((b) =>
    b.catches.map((c) => ({ type: c.type?.name ?? '...', handler: hexField(c.handler) })),
  );
}
