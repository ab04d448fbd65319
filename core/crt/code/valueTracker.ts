import type { Instruction, MemoryOperand } from '../../disasm/index.ts';
import { type Operand, operandsOf } from './operands.ts';
import { registerNamed } from './registerNames.ts';
import { type Place, placeAt, placeKey, plus, type Value } from './values.ts';

/** A call, or a jump that takes the place of one, with what its first arguments were. */
export interface CallEvent {
  /** address of the instruction */
  readonly at: number;
  /** the function as `FunctionNames` names it; undefined for others */
  readonly name: string | undefined;
  /** where a direct call leads */
  readonly target: number | undefined;
  /** the first four of x64, of x86 those that were seen pushed */
  readonly arguments: readonly Value[];
}

/** A value written to a fixed address. */
export interface StoreEvent {
  readonly at: number;
  readonly address: number;
  readonly value: Value;
}

/** Which functions a trace knows by their addresses and by the import slots that lead to them. */
export interface FunctionNames {
  /** the function whose address the loader writes to this slot */
  inSlot(address: number): string | undefined;
  /** the function, or the thunk of one, that begins here */
  at(address: number): string | undefined;
  /** bytes of arguments that it takes off the stack on x86 (stdcall); undefined where that is not known */
  popped(name: string): number | undefined;
}

/** arguments of x86 that are looked for on the stack */
const STACK_ARGUMENTS = 4;
const X64_ARGUMENTS = ['rcx', 'rdx', 'r8', 'r9'] as const;
/** what a callee may change (x86 calling conventions; x64 software conventions) */
const VOLATILE = { 4: ['ecx', 'edx'], 8: ['rcx', 'rdx', 'r8', 'r9', 'r10', 'r11'] } as const;
/** instructions whose first operand is only read */
const READS_ONLY = new Set(['cmp', 'test', 'push', 'bt', 'nop', 'ucomiss', 'comiss', 'ucomisd', 'comisd']);
/** what instructions change besides their first operand, without their prefix letter */
const IMPLICIT: Readonly<Record<string, readonly string[]>> = {
  mul: ['ax', 'dx'],
  imul: ['ax', 'dx'],
  div: ['ax', 'dx'],
  idiv: ['ax', 'dx'],
  cdq: ['dx'],
  cqo: ['dx'],
  cwde: ['ax'],
  cdqe: ['ax'],
  cpuid: ['ax', 'bx', 'cx', 'dx'],
  rdtsc: ['ax', 'dx'],
  cmpxchg: ['ax'],
  lods: ['ax', 'si'],
  stos: ['di', 'cx'],
  movs: ['si', 'di', 'cx'],
  scas: ['di', 'cx'],
  cmps: ['si', 'di', 'cx'],
};

/**
 * Follows values through straight-line x86 or x64 code: which registers and stack slots hold what was loaded from which
 * fixed address, given by which call, pushed for which call. It knows the few instructions that move values and takes
 * every other one for a change to its destination. Where control cannot fall through, it starts over.
 */
export class ValueTracker {
  readonly calls: CallEvent[] = [];
  readonly stores: StoreEvent[] = [];
  private registers = new Map<string, Value>();
  private memory = new Map<string, Value>();
  private unknowns = 0;
  private readonly ax: string;
  private readonly sp: string;

  constructor(
    private readonly pointerSize: 4 | 8,
    private readonly names: FunctionNames,
  ) {
    this.ax = pointerSize === 4 ? 'eax' : 'rax';
    this.sp = pointerSize === 4 ? 'esp' : 'rsp';
  }

  /** What a full register (`ecx`, `r9`) holds now. */
  register(full: string): Value {
    return this.registers.get(full) ?? { kind: 'sum', base: full, offset: 0 };
  }

  /** What lies at a place now, as far as the trace has seen it written. */
  at(place: Place): Value {
    return this.memory.get(placeKey(place)) ?? { kind: 'load', place };
  }

  /** A tracker that goes on from here, for the other way of a branch. */
  copy(): ValueTracker {
    const copy = new ValueTracker(this.pointerSize, this.names);
    copy.registers = new Map(this.registers);
    copy.memory = new Map(this.memory);
    // what is unknown on one way is not what is unknown on another
    copy.unknowns = this.unknowns;
    return copy;
  }

  /** x86: a helper of the compiler has set up the frame, with ebp below the return address of a function that begins. */
  enterFrame(): void {
    this.registers.set('ebp', { kind: 'sum', base: 'esp', offset: -4 });
    this.registers.set('esp', this.unknown());
  }

  step(instruction: Instruction): void {
    if (!instruction.valid) return this.startOver();
    switch (instruction.flow) {
      case 'call':
      case 'indirect call':
        return this.call(instruction, 0);
      case 'jump':
      case 'indirect jump':
        // the return address of the caller lies where a call would have pushed one
        this.call(instruction, this.pointerSize);
        return this.startOver();
      case 'return':
      case 'stop':
        return this.startOver();
      default:
        return this.move(instruction);
    }
  }

  private startOver(): void {
    this.registers.clear();
    this.memory.clear();
  }

  private move(instruction: Instruction): void {
    const words = instruction.mnemonic.split(' ');
    const mnemonic = words.at(-1) ?? '';
    const [first, second] = operandsOf(instruction);
    switch (mnemonic) {
      case 'mov':
        if (first && second) this.assign(first, this.valueOf(second), instruction);
        return;
      case 'lea':
        if (first && second?.kind === 'memory') {
          const place = this.placeOf(second.memory);
          this.assign(first, place && addressValue(place), instruction);
        }
        return;
      case 'push':
        return this.push(first && this.valueOf(first));
      case 'pop':
        return this.pop(first, instruction);
      case 'leave':
        this.registers.set(this.sp, this.register(this.pointerSize === 4 ? 'ebp' : 'rbp'));
        return this.pop({ kind: 'register', name: this.pointerSize === 4 ? 'ebp' : 'rbp' }, instruction);
      case 'xor':
      case 'sub':
        if (first?.kind === 'register' && second?.kind === 'register' && first.name === second.name) {
          return this.assign(first, { kind: 'constant', value: 0 }, instruction);
        }
        return mnemonic === 'sub' ? this.add(first, second, -1, instruction) : this.clobber(first);
      case 'add':
        return this.add(first, second, 1, instruction);
      case 'and':
        if (second?.kind === 'constant' && second.value === 0 && first) {
          return this.assign(first, { kind: 'constant', value: 0 }, instruction);
        }
        return this.clobber(first);
      case 'inc':
      case 'dec':
        return this.add(first, { kind: 'constant', value: 1 }, mnemonic === 'inc' ? 1 : -1, instruction);
      case 'xchg':
        this.clobber(first);
        return this.clobber(second);
      default:
        if (!READS_ONLY.has(mnemonic)) this.clobber(first);
        for (const name of (words[0] === 'imul' && second ? undefined : IMPLICIT[mnemonic]) ?? []) {
          this.registers.set(`${this.pointerSize === 4 ? 'e' : 'r'}${name}`, this.unknown());
        }
    }
  }

  private call(instruction: Instruction, pushed: number): void {
    const name = this.calleeOf(instruction);
    const isCall = pushed === 0;
    // a jump within the function is no call
    if (!isCall && name === undefined) return;
    this.calls.push({
      at: Number(instruction.address),
      name,
      target: instruction.target === undefined ? undefined : Number(instruction.target),
      arguments: this.argumentsAt(pushed),
    });
    if (!isCall) return;
    for (const register of VOLATILE[this.pointerSize]) this.registers.set(register, this.unknown());
    this.registers.set(
      this.ax,
      name === undefined ? this.unknown() : { kind: 'result', of: name, at: Number(instruction.address) },
    );
    const popped = this.pointerSize === 4 && name !== undefined ? this.names.popped(name) : undefined;
    if (popped) this.moveStack(popped);
  }

  private calleeOf(instruction: Instruction): string | undefined {
    if (instruction.target !== undefined) return this.names.at(Number(instruction.target));
    const [target] = operandsOf(instruction);
    const value = target && this.valueOf(target);
    if (value?.kind !== 'load' || value.place.base !== '') return undefined;
    return this.names.inSlot(value.place.offset);
  }

  private argumentsAt(skip: number): Value[] {
    if (this.pointerSize === 8) return X64_ARGUMENTS.map((name) => this.register(name));
    const top = this.register(this.sp);
    return Array.from({ length: STACK_ARGUMENTS }, (_, i) => this.at(placeAt(top, skip + i * 4)));
  }

  private valueOf(operand: Operand): Value | undefined {
    switch (operand.kind) {
      case 'constant':
        return operand;
      case 'register': {
        const register = registerNamed(operand.name, this.pointerSize);
        // the upper half of a 32-bit move is zero: addresses of the heap's head and sizes stay what they are
        return register && register.bytes >= 4 ? this.register(register.full) : undefined;
      }
      case 'memory': {
        if (operand.memory.size !== 4 && operand.memory.size !== 8) return undefined;
        const place = this.placeOf(operand.memory);
        return place && this.at(place);
      }
      case 'other':
        return undefined;
    }
  }

  private placeOf(memory: MemoryOperand): Place | undefined {
    if (memory.index !== undefined || memory.segment === 'fs' || memory.segment === 'gs') return undefined;
    const bits = this.pointerSize * 8;
    if (memory.base === undefined) {
      const address = Number(BigInt.asUintN(bits, memory.displacement));
      return Number.isSafeInteger(address) ? { base: '', offset: address } : undefined;
    }
    const register = registerNamed(memory.base, this.pointerSize);
    if (register?.bytes !== this.pointerSize) return undefined;
    return placeAt(this.register(register.full), Number(BigInt.asIntN(bits, memory.displacement)));
  }

  private assign(to: Operand, value: Value | undefined, instruction: Instruction): void {
    if (to.kind === 'memory') {
      const place = this.placeOf(to.memory);
      if (!place) return;
      const written = to.memory.size === this.pointerSize || to.memory.size === 4 ? value : undefined;
      this.memory.set(placeKey(place), written ?? this.unknown());
      if (place.base === '' && written) {
        this.stores.push({ at: Number(instruction.address), address: place.offset, value: written });
      }
      return;
    }
    if (to.kind !== 'register') return;
    const register = registerNamed(to.name, this.pointerSize);
    if (register) this.registers.set(register.full, (register.bytes >= 4 && value) || this.unknown());
  }

  private add(
    to: Operand | undefined,
    by: Operand | undefined,
    sign: 1 | -1,
    instruction: Instruction,
  ): void {
    const before = to && this.valueOf(to);
    let sum: Value | undefined;
    if (before && by?.kind === 'constant') {
      // 32-bit code subtracts by adding 0FFFFFFE0h
      sum = plus(before, sign * (this.pointerSize === 4 ? by.value | 0 : by.value));
    }
    if (to && sum) this.assign(to, sum, instruction);
    else this.clobber(to);
  }

  private clobber(operand: Operand | undefined): void {
    if (operand?.kind === 'register') {
      const register = registerNamed(operand.name, this.pointerSize);
      if (register) this.registers.set(register.full, this.unknown());
    } else if (operand?.kind === 'memory') {
      const place = this.placeOf(operand.memory);
      if (place) this.memory.set(placeKey(place), this.unknown());
    }
  }

  private push(value: Value | undefined): void {
    this.moveStack(-this.pointerSize);
    this.memory.set(placeKey(placeAt(this.register(this.sp), 0)), value ?? this.unknown());
  }

  private pop(to: Operand | undefined, instruction: Instruction): void {
    const value = this.at(placeAt(this.register(this.sp), 0));
    this.moveStack(this.pointerSize);
    if (to) this.assign(to, value, instruction);
  }

  private moveStack(by: number): void {
    this.registers.set(this.sp, plus(this.register(this.sp), by));
  }

  private unknown(): Value {
    return { kind: 'sum', base: `?${this.unknowns++}`, offset: 0 };
  }
}

function addressValue({ base, offset }: Place): Value {
  return base === '' ? { kind: 'constant', value: offset } : { kind: 'sum', base, offset };
}
