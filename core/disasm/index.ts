import { AwaitFirst } from '../errors/index.ts';
import type { Machine } from '../target/index.ts';
import type { Disassembler } from './instruction.ts';

export { operandAddress, operandValue } from './annotate.ts';
export { decodeBackwards, type BackwardsInput } from './decodeBackwards.ts';
export { functionFlow, type CodeBlock, type FlowInput, type FunctionFlow } from './functionFlow.ts';
export {
  plainOperands,
  type Disassembler,
  type FlowKind,
  type Instruction,
  type MemoryOperand,
  type NamedAddress,
  type OperandPart,
} from './instruction.ts';
export { bytesText, instructionLine, instructionText, nameOf, type Surroundings } from './instructionText.ts';
export { returnInstruction } from './returnInstruction.ts';

const loaded = new Map<string, Disassembler>();

/**
 * The disassembler for a machine, loaded when first asked for: the libraries are larger than all of core/.
 */
export async function loadDisassembler(machine: Machine): Promise<Disassembler> {
  const have = loaded.get(machine.kind);
  if (have) return have;
  const made = await make(machine);
  loaded.set(machine.kind, made);
  return made;
}

/** The same for code that cannot wait: throws `AwaitFirst` until the library is there. */
export function loadedDisassembler(machine: Machine): Disassembler {
  const have = loaded.get(machine.kind);
  if (have) return have;
  throw new AwaitFirst(
    loadDisassembler(machine).then(() => undefined),
    'the disassembler',
  );
}

async function make(machine: Machine): Promise<Disassembler> {
  switch (machine.kind) {
    case 'x86':
    case 'x64': {
      const { IcedDisassembler } = await import('./iced.ts');
      return new IcedDisassembler(machine.kind === 'x86' ? 32 : 64);
    }
    case 'arm64':
    case 'arm': {
      const { CapstoneDisassembler } = await import('./capstone.ts');
      return CapstoneDisassembler.load(machine.kind);
    }
  }
}
