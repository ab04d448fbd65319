import type { Instruction } from './instruction.ts';

/** Instructions of one function at most: the largest real ones have some hundred thousand. */
const MAX_INSTRUCTIONS = 200_000;

export interface FlowInput {
  readonly start: bigint;
  /** The instruction at an address; undefined where no code can be read. */
  decode(address: bigint): Instruction | undefined;
  /** Whether code at an address belongs to the function, seen from an instruction that leads there. */
  belongs(address: bigint): boolean;
  /** Whether a call comes back, seen from where it would: false where only other code can lie. Yes unless told. */
  returnsTo?(address: bigint): boolean;
  /** Where an indirect jump can lead, by the instructions before it (the last one first); undefined if unknown. */
  jumpTargets?(jump: Instruction, before: readonly Instruction[]): readonly bigint[] | undefined;
}

/** Instructions that run one after the other, entered at the first. */
export interface CodeBlock {
  readonly start: bigint;
  readonly instructions: readonly Instruction[];
}

export interface FunctionFlow {
  /** by address */
  readonly blocks: readonly CodeBlock[];
  /** an indirect jump or unreadable code hides some of it, or the limit was reached */
  readonly incomplete: boolean;
}

/** How far back the set-up of a switch's jump is looked for. */
const LOOK_BACK = 8;

/**
 * The code of a function, found by following its branches from the start. Bounded by a number of instructions and by
 * what was seen; never throws for what the code is.
 */
export function functionFlow(input: FlowInput): FunctionFlow {
  const found = new Map<bigint, Instruction>();
  const leaders = new Set<bigint>([input.start]);
  const open = [input.start];
  let incomplete = false;
  const enter = (address: bigint): void => {
    if (leaders.has(address) || !input.belongs(address)) return;
    leaders.add(address);
    open.push(address);
  };
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const before: Instruction[] = [];
    for (let address = at; !found.has(address);) {
      if (found.size >= MAX_INSTRUCTIONS) return { blocks: blocksOf(found, leaders), incomplete: true };
      const i = input.decode(address);
      if (!i?.valid) {
        incomplete = true;
        break;
      }
      found.set(address, i);
      if (i.target !== undefined && i.flow !== 'call') enter(i.target);
      if (i.flow === 'indirect jump') {
        const targets = input.jumpTargets?.(i, before);
        if (targets) for (const target of targets) enter(target);
        else if (!leavesByPointer(i)) incomplete = true;
      }
      const next = address + BigInt(i.bytes.length);
      if (endsBlock(i, before[0])) break;
      if (i.flow === 'conditional') {
        enter(next);
        break;
      }
      if (!input.belongs(next)) break;
      if (isCall(i) && input.returnsTo?.(next) === false) break;
      before.unshift(i);
      if (before.length > LOOK_BACK) before.pop();
      address = next;
    }
  }
  return { blocks: blocksOf(found, leaders), incomplete };
}

/** `jmp qword ptr [__imp_Foo]` leaves for another module; it is no switch. */
function leavesByPointer({ memory }: Instruction): boolean {
  return memory !== undefined && memory.base === undefined && memory.index === undefined;
}

function isCall({ flow }: Instruction): boolean {
  return flow === 'call' || flow === 'indirect call';
}

function endsBlock(i: Instruction, before: Instruction | undefined): boolean {
  switch (i.flow) {
    case 'jump':
    case 'indirect jump':
    case 'return':
    case 'stop':
      return true;
    case 'interrupt':
      // `call abort` and then int 3: compilers put it behind calls that do not return
      return i.mnemonic === 'int' && i.bytes.length === 1 && before !== undefined && isCall(before);
    default:
      return false;
  }
}

function blocksOf(found: ReadonlyMap<bigint, Instruction>, leaders: ReadonlySet<bigint>): CodeBlock[] {
  const sorted = [...found.values()].sort((a, b) =>
    a.address < b.address ? -1 : a.address > b.address ? 1 : 0,
  );
  const blocks: { start: bigint; instructions: Instruction[] }[] = [];
  let next: bigint | undefined;
  for (const i of sorted) {
    const last = blocks.at(-1);
    if (last && next === i.address && !leaders.has(i.address)) last.instructions.push(i);
    else blocks.push({ start: i.address, instructions: [i] });
    next = i.address + BigInt(i.bytes.length);
  }
  return blocks;
}
