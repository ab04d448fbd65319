import { DwarfReader } from './dwarfReader.ts';
import type { CommonInfo, FrameDescription } from './ehFrame.ts';

/** Where a register of the caller is: relative to the canonical frame address, in a register, or by an expression. */
export type RegisterRule =
  | { readonly kind: 'undefined' | 'same' }
  /** saved at CFA + offset */
  | { readonly kind: 'offset'; readonly offset: number }
  /** is CFA + offset */
  | { readonly kind: 'value offset'; readonly offset: number }
  | { readonly kind: 'register'; readonly register: number }
  /** saved at, or is, what the expression gives */
  | { readonly kind: 'expression' | 'value expression'; readonly expression: Uint8Array };

export type CfaRule =
  { readonly register: number; readonly offset: number } | { readonly expression: Uint8Array };

export interface FrameRules {
  readonly cfa: CfaRule;
  readonly registers: ReadonlyMap<number, RegisterRule>;
}

/** remember_state nests one or two deep */
const MAX_STATES = 64;
/** A description has at most a few hundred instructions. */
const MAX_INSTRUCTIONS = 1 << 16;

interface State {
  cfa: CfaRule;
  registers: Map<number, RegisterRule>;
}

/**
 * The rules in force at an RVA: the instructions of the common entry and then of the description, up to it (DWARF 4,
 * 6.4.2). Undefined where they use what is not known.
 */
export function rulesAt(description: FrameDescription, rva: number): FrameRules | undefined {
  const { common } = description;
  const machine = new RuleMachine(common, description.start);
  if (!machine.run(common.instructions, Infinity)) return undefined;
  machine.initial = new Map(machine.state.registers);
  if (!machine.run(description.instructions, rva)) return undefined;
  return machine.state;
}

class RuleMachine {
  state: State = { cfa: { register: 0, offset: 0 }, registers: new Map() };
  initial: ReadonlyMap<number, RegisterRule> = new Map();
  private readonly remembered: State[] = [];
  private location: number;

  constructor(
    private readonly common: CommonInfo,
    start: number,
  ) {
    this.location = start;
  }

  run(instructions: Uint8Array, until: number): boolean {
    const r = new DwarfReader(instructions, 0, instructions.length);
    for (let n = 0; !r.done; n++) {
      if (n >= MAX_INSTRUCTIONS) return false;
      const byte = r.u8();
      const advance = this.advanceOf(byte, r);
      if (advance !== undefined) {
        this.location += advance;
        if (this.location > until) return true;
      } else if (!this.apply(byte, r)) return false;
    }
    return !r.failed;
  }

  private advanceOf(byte: number, r: DwarfReader): number | undefined {
    const { codeAlignment } = this.common;
    if (byte >> 6 === 1) return (byte & 0x3f) * codeAlignment;
    if (byte === 0x02) return r.u8() * codeAlignment;
    if (byte === 0x03) return r.u16() * codeAlignment;
    if (byte === 0x04) return r.u32() * codeAlignment;
    return undefined;
  }

  /** One instruction that does not advance; false where it is not known. */
  private apply(byte: number, r: DwarfReader): boolean {
    const { dataAlignment } = this.common;
    if (byte >> 6 === 2) return this.set(byte & 0x3f, { kind: 'offset', offset: r.uleb() * dataAlignment });
    if (byte >> 6 === 3) return this.restore(byte & 0x3f);
    switch (byte) {
      case 0x00: // nop
        return true;
      case 0x05: // offset_extended
        return this.set(r.uleb(), { kind: 'offset', offset: r.uleb() * dataAlignment });
      case 0x06: // restore_extended
        return this.restore(r.uleb());
      case 0x07:
        return this.set(r.uleb(), { kind: 'undefined' });
      case 0x08:
        return this.set(r.uleb(), { kind: 'same' });
      case 0x09:
        return this.set(r.uleb(), { kind: 'register', register: r.uleb() });
      case 0x0a: // remember_state
        if (this.remembered.length >= MAX_STATES) return false;
        this.remembered.push({ cfa: this.state.cfa, registers: new Map(this.state.registers) });
        return true;
      case 0x0b: {
        const state = this.remembered.pop();
        if (!state) return false;
        this.state = state;
        return true;
      }
      case 0x0c: // def_cfa
        return this.setCfa({ register: r.uleb(), offset: r.uleb() });
      case 0x0d: // def_cfa_register
        return (
          'offset' in this.state.cfa && this.setCfa({ register: r.uleb(), offset: this.state.cfa.offset })
        );
      case 0x0e: // def_cfa_offset
        return (
          'register' in this.state.cfa && this.setCfa({ register: this.state.cfa.register, offset: r.uleb() })
        );
      case 0x0f: // def_cfa_expression
        return this.setCfa({ expression: r.block(r.uleb()) });
      case 0x10:
        return this.set(r.uleb(), { kind: 'expression', expression: r.block(r.uleb()) });
      case 0x11: // offset_extended_sf
        return this.set(r.uleb(), { kind: 'offset', offset: r.sleb() * dataAlignment });
      case 0x12: // def_cfa_sf
        return this.setCfa({ register: r.uleb(), offset: r.sleb() * dataAlignment });
      case 0x13: // def_cfa_offset_sf
        return (
          'register' in this.state.cfa &&
          this.setCfa({ register: this.state.cfa.register, offset: r.sleb() * dataAlignment })
        );
      case 0x14:
        return this.set(r.uleb(), { kind: 'value offset', offset: r.uleb() * dataAlignment });
      case 0x15:
        return this.set(r.uleb(), { kind: 'value offset', offset: r.sleb() * dataAlignment });
      case 0x16:
        return this.set(r.uleb(), { kind: 'value expression', expression: r.block(r.uleb()) });
      case 0x2e: // GNU_args_size
        r.uleb();
        return true;
      default:
        return false;
    }
  }

  private set(register: number, rule: RegisterRule): boolean {
    this.state.registers.set(register, rule);
    return true;
  }

  private restore(register: number): boolean {
    const rule = this.initial.get(register);
    if (rule) this.state.registers.set(register, rule);
    else this.state.registers.delete(register);
    return true;
  }

  private setCfa(cfa: CfaRule): boolean {
    this.state.cfa = cfa;
    return true;
  }
}
