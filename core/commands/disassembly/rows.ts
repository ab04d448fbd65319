import { hexAddress } from '../../bytes/index.ts';
import { instructionLine, instructionText, type Instruction, type Surroundings } from '../../disasm/index.ts';
import { formatAddress, span, type Line, type Part } from '../../output/index.ts';
import type { SourceLine } from '../../symbols/index.ts';
import type { Address } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { sourceParts } from '../sourceParts.ts';
import { showsLines } from '../settings.ts';

/** Digits of the line number that uf prints before each instruction. */
const LINE_WIDTH = 5;

/** A symbol with where its source is: what stands above code. */
export interface Heading {
  /** `ntdll!LdrpDoDebuggerBreak+0x10` */
  readonly name: string;
  readonly address: Address;
  readonly source?: { readonly file: string; readonly line: number };
}

/** An instruction with the heading that stands above it, if one does. */
export interface Row {
  readonly instruction: Instruction;
  readonly heading?: Heading;
  /** the source line it belongs to, where symbols say */
  readonly line?: number;
  /** there is no memory here; the instruction has an address and nothing else */
  readonly missing?: boolean;
}

/** The row of an address that cannot be read. */
export function missingRow(session: Session, address: Address, isFirst: boolean): Row {
  const nothing = {
    bytes: new Uint8Array(0),
    mnemonic: '???',
    operands: [],
    flow: 'stop',
    valid: false,
  } as const;
  return {
    instruction: { address, ...nothing },
    heading: isFirst ? headingAt(session, address) : undefined,
    missing: true,
  };
}

/** Where the source of an address is, while source lines are shown (`.lines`). */
export function sourceAt(session: Session, address: Address): SourceLine | undefined {
  return showsLines(session) ? session.symbols.line(address) : undefined;
}

/** The heading of the code at an address; undefined outside modules. */
export function headingAt(session: Session, address: Address): Heading | undefined {
  const name = session.symbols.describe(address);
  if (name === undefined) return undefined;
  const line = sourceAt(session, address);
  return { name, address, source: line && { file: line.file, line: line.line } };
}

/** `ntdll!NtClose:`, and with source `app!main+0x5 [c:\src\main.c @ 12]:`. */
export function headingLine({ name, source, address }: Heading): Part[] {
  return [span(name, 'symbol'), ...sourceParts(source, address), ':'];
}

/** An instruction's line; `numbered` sets the source line before it, as uf does. */
export function rowLine({ instruction, line, missing }: Row, around: Surroundings, numbered = false): Line {
  if (missing) {
    const address = formatAddress(instruction.address, around.machine.pointerSize);
    return [span(address, 'address'), span(' ??              ???', 'missing')];
  }
  const number = numbered ? [span(`${String(line ?? '').padStart(LINE_WIDTH)} `)] : [];
  return [...number, ...instructionLine(instruction, around)];
}

/** An instruction in JSON. */
export function rowData({ instruction, line }: Row, around: Surroundings) {
  const { address, bytes, target } = instruction;
  return {
    address: hexAddress(address),
    bytes: Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join(''),
    text: instructionText(instruction, around),
    symbol: around.symbols.describe(address),
    target: target === undefined ? undefined : hexAddress(target),
    line,
  };
}
