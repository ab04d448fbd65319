import type { Machine, MachineKind } from '../machine.ts';
import type { RegisterContext, RegisterDefinition, RegisterSet } from './model.ts';
import { REGISTER_SETS } from './tables.ts';

interface Lookup {
  readonly set: RegisterSet;
  readonly byName: ReadonlyMap<string, RegisterDefinition>;
  /** position of a whole register among the definitions: its bit in the mask of known ones */
  readonly bit: ReadonlyMap<string, number>;
}

const LOOKUPS = new Map<MachineKind, Lookup>();

function lookupFor(machine: Machine): Lookup {
  let lookup = LOOKUPS.get(machine.kind);
  if (!lookup) {
    const set = REGISTER_SETS[machine.kind];
    lookup = {
      set,
      byName: new Map(set.definitions.map((d) => [d.name, d])),
      bit: new Map(set.definitions.map((d, i) => [d.name, i])),
    };
    LOOKUPS.set(machine.kind, lookup);
  }
  return lookup;
}

/** Registers over a copy of a CONTEXT record. A record that was cut short reads as zeros behind the cut. */
export class ContextRecord implements RegisterContext {
  private readonly lookup: Lookup;
  private readonly view: DataView;
  private readonly knownMask: Uint8Array;

  /** `record` is copied; it may be longer (extended state) or shorter than sizeof(CONTEXT). */
  constructor(
    readonly machine: Machine,
    record: Uint8Array,
    known?: Uint8Array,
  ) {
    this.lookup = lookupFor(machine);
    const bytes = new Uint8Array(this.lookup.set.contextSize);
    bytes.set(record.subarray(0, bytes.length));
    this.view = new DataView(bytes.buffer);
    this.knownMask = known ?? new Uint8Array(this.lookup.set.definitions.length).fill(1);
  }

  get ip(): bigint {
    return this.read(this.lookup.set.ip);
  }

  set ip(value: bigint) {
    this.set(this.lookup.set.ip, value);
  }

  get sp(): bigint {
    return this.read(this.lookup.set.sp);
  }

  set sp(value: bigint) {
    this.set(this.lookup.set.sp, value);
  }

  get fp(): bigint {
    return this.read(this.lookup.set.fp);
  }

  set fp(value: bigint) {
    this.set(this.lookup.set.fp, value);
  }

  get(name: string): bigint | undefined {
    const definition = this.find(name);
    if (!definition) return undefined;
    if (definition.part) {
      const whole = this.get(definition.part.of) ?? 0n;
      return BigInt.asUintN(definition.part.bits, whole >> BigInt(definition.part.shift));
    }
    const { offset, size } = definition;
    switch (size) {
      case 1:
        return BigInt(this.view.getUint8(offset));
      case 2:
        return BigInt(this.view.getUint16(offset, true));
      case 4:
        return BigInt(this.view.getUint32(offset, true));
      case 8:
        return this.view.getBigUint64(offset, true);
      default: {
        let value = 0n;
        for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.view.getUint8(offset + i));
        return value;
      }
    }
  }

  set(name: string, value: bigint): boolean {
    const definition = this.find(name);
    if (!definition) return false;
    if (definition.part) {
      const { of, shift, bits } = definition.part;
      const mask = ((1n << BigInt(bits)) - 1n) << BigInt(shift);
      const whole = this.get(of) ?? 0n;
      return this.set(of, (whole & ~mask) | ((value << BigInt(shift)) & mask));
    }
    let rest = BigInt.asUintN(definition.size * 8, value);
    if (definition.size === 8) this.view.setBigUint64(definition.offset, rest, true);
    else {
      for (let i = 0; i < definition.size; i++, rest >>= 8n)
        this.view.setUint8(definition.offset + i, Number(rest & 0xffn));
    }
    this.knownMask[this.lookup.bit.get(definition.name) ?? 0] = 1;
    return true;
  }

  bytes(name: string): Uint8Array | undefined {
    const definition = this.find(name);
    if (!definition || definition.part) return undefined;
    return new Uint8Array(this.view.buffer, definition.offset, definition.size).slice();
  }

  known(name: string): boolean {
    const definition = this.find(name);
    if (!definition) return false;
    return definition.part
      ? this.known(definition.part.of)
      : this.knownMask[this.lookup.bit.get(definition.name) ?? 0] === 1;
  }

  clone(known?: Iterable<string>): RegisterContext {
    let mask = this.knownMask.slice();
    if (known) {
      mask = new Uint8Array(mask.length);
      for (const name of known) {
        const bit = this.lookup.bit.get(name);
        if (bit !== undefined) mask[bit] = 1;
      }
    }
    return new ContextRecord(this.machine, new Uint8Array(this.view.buffer), mask);
  }

  definitions(): readonly RegisterDefinition[] {
    return this.lookup.set.definitions;
  }

  private find(name: string): RegisterDefinition | undefined {
    return this.lookup.byName.get(name) ?? this.lookup.byName.get(name.toLowerCase());
  }

  private read(name: string): bigint {
    return this.get(name) ?? 0n;
  }
}

/** sizeof(CONTEXT) of an architecture in bytes, as winnt.h has it. */
export function contextSize(machine: Machine): number {
  return REGISTER_SETS[machine.kind].contextSize;
}
