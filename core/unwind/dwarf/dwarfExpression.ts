import { DwarfReader } from './dwarfReader.ts';

/** Expressions in frame rules have a handful of operations; only loops through branches could make more. */
const MAX_OPERATIONS = 1024;
const MAX_DEPTH = 256;

/** What an expression may ask of the frame that it is evaluated in. */
export interface ExpressionFrame {
  register(number: number): number | undefined;
  read(address: number): number | undefined;
}

/**
 * The value of a DWARF expression (DWARF 4, 2.5) as an unsigned 32-bit number; undefined where it uses what is not
 * known, not there, or does not end.
 */
export function evaluateExpression(
  expression: Uint8Array,
  frame: ExpressionFrame,
  initial?: number,
): number | undefined {
  const stack: number[] = initial === undefined ? [] : [initial];
  const r = new DwarfReader(expression, 0, expression.length);
  for (let n = 0; !r.done; n++) {
    if (n >= MAX_OPERATIONS || stack.length > MAX_DEPTH) return undefined;
    if (!operate(r.u8(), r, stack, frame)) return undefined;
  }
  const value = stack.at(-1);
  return r.failed || value === undefined ? undefined : value >>> 0;
}

function operate(op: number, r: DwarfReader, stack: number[], frame: ExpressionFrame): boolean {
  // breg0 to breg31: register + offset
  if (op >= 0x70 && op <= 0x8f) {
    const value = frame.register(op - 0x70);
    return value !== undefined && push(stack, value + r.sleb());
  }
  if (op >= 0x30 && op <= 0x4f) return push(stack, op - 0x30); // lit
  switch (op) {
    case 0x03: // addr
    case 0x0c: // const4u
      return push(stack, r.u32());
    case 0x08:
      return push(stack, r.u8());
    case 0x09:
      return push(stack, (r.u8() << 24) >> 24);
    case 0x0a:
      return push(stack, r.u16());
    case 0x0b:
      return push(stack, (r.u16() << 16) >> 16);
    case 0x0d:
      return push(stack, r.i32());
    case 0x10:
      return push(stack, r.uleb());
    case 0x11:
      return push(stack, r.sleb());
    case 0x92: {
      // bregx
      const value = frame.register(r.uleb());
      return value !== undefined && push(stack, value + r.sleb());
    }
    case 0x96: // nop
      return true;
    case 0x28: {
      // bra
      const distance = (r.u16() << 16) >> 16;
      const condition = stack.pop();
      if (condition !== 0 && condition !== undefined) r.at += distance;
      return condition !== undefined && r.at >= 0;
    }
    case 0x2f: // skip
      r.at += (r.u16() << 16) >> 16;
      return r.at >= 0;
    case 0x12: // dup
      return push(stack, stack.at(-1));
    case 0x13: // drop
      return stack.pop() !== undefined;
    case 0x14: // over
      return push(stack, stack.at(-2));
    default:
      return compute(op, r, stack, frame);
  }
}

function compute(op: number, r: DwarfReader, stack: number[], frame: ExpressionFrame): boolean {
  const top = stack.pop();
  if (top === undefined) return false;
  switch (op) {
    case 0x06: // deref
      return push(stack, frame.read(top));
    case 0x1f: // neg
      return push(stack, -top);
    case 0x20: // not
      return push(stack, ~top);
    case 0x23: // plus_uconst
      return push(stack, top + r.uleb());
  }
  const left = stack.pop();
  return left !== undefined && push(stack, binary(op, left, top));
}

function binary(op: number, left: number, right: number): number | undefined {
  switch (op) {
    case 0x1a:
      return left & right;
    case 0x1c:
      return left - right;
    case 0x1e:
      return Math.imul(left, right);
    case 0x21:
      return left | right;
    case 0x22:
      return left + right;
    case 0x24:
      return left << right;
    case 0x25:
      return left >>> right;
    case 0x26:
      return (left | 0) >> right;
    case 0x27:
      return left ^ right;
    case 0x29:
      return Number(left === right);
    case 0x2a:
      return Number((left | 0) >= (right | 0));
    case 0x2b:
      return Number((left | 0) > (right | 0));
    case 0x2c:
      return Number((left | 0) <= (right | 0));
    case 0x2d:
      return Number((left | 0) < (right | 0));
    case 0x2e:
      return Number(left !== right);
    default:
      return undefined;
  }
}

function push(stack: number[], value: number | undefined): boolean {
  if (value === undefined) return false;
  stack.push(value >>> 0);
  return true;
}
