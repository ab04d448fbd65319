import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import type { Line, Output } from '../../output/index.ts';
import type { RegisterContext, RegisterDefinition } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { registerLines } from './registersModel.ts';
import { whereLines } from './whereLines.ts';

/** The bits of rM's mask (documentation of `r`): integer state, floating point, MMX, debug, SSE. */
const MASK: readonly (readonly [number, RegisterDefinition['kind'], RegExp])[] = [
  [0x4, 'float', /^(st|fp|d)\d|^fp[cst]/],
  [0x10, 'debug', /^/],
  [0x20, 'float', /^mm\d/],
  [0x40, 'vector', /^/],
];
const INTEGER_STATE = 0x3;

interface One {
  readonly name: string;
  readonly text: string;
  readonly value: string;
}

/** A register's name that follows without a blank. */
const JOINED = /^r([erxs][a-z0-9]+)$/;

/** Either the whole set, with where the thread is, or the registers that were asked for. */
type Model =
  | {
      readonly kind: 'all';
      readonly registers: RegisterContext;
      readonly lines: readonly string[];
      readonly where: readonly Line[];
    }
  | { readonly kind: 'some'; readonly rows: readonly One[]; readonly perLine: boolean };

export const registersCommand = command<Model>({
  name: 'r',
  pattern:
    /^r(?:[mM](?=[\s\d])|F(?![a-z])|X(?![a-z])|\?(?=\s*@?\$)|(?=\$)|(?:e[abcd]x|e[sd]i|e[bs]p|eip|efl|r[abcd]x|r[sd]i|r[bs]p|rip|r[89]|r1[0-5]|xmm\d+|st\d)(?=[\s,:=]|$))?(?![A-Za-z_.])/,
  // the text of an alias may hold semicolons
  reach: /^r\s*\$\.u\d\s*=[^\n]*/,
  tier: 'A',
  syntax: [
    'r',
    'rM Mask',
    'rF',
    'rX',
    'r Register[:Type][, Register…]',
    'r $t0 = Expression[, …]',
    'r? $t0 = C++ expression',
    'r $.u0=Text',
  ],
  summary: 'Shows registers of the context in effect; sets pseudo-registers and fixed-name aliases.',
  options: [
    { flag: 'M Mask', meaning: '1, 2 integers; 4 floating point; 10 debug; 20 MMX; 40 SSE' },
    { flag: ':Type', meaning: 'ib ub iw uw id ud iq uq f d: the register as values of that type' },
  ],
  run,
  print,
  data,
});

async function run(call: Call): Promise<Model> {
  const { session, name } = call;
  // `reax` and `r$t0=1` are `r eax` and `r $t0=1`
  const joined = JOINED.exec(name)?.[1] ?? '';
  const args = `${joined}${call.args}`;
  const assigned = assignments(args);
  if (assigned) {
    for (const { target, text } of assigned) assign(session, target, text, name === 'r?');
    return { kind: 'some', rows: [], perLine: false };
  }
  const registers = session.currentFrame()?.registers ?? session.registers();
  if (!registers) throw new NotAvailable('The dump has no registers for this thread in this view');
  if (name === 'rF') return some(registers, kindOf(registers, 0x4));
  if (name === 'rX') return some(registers, kindOf(registers, 0x40));
  if (name === 'rM' || name === 'rm') {
    const mask = Number(session.evaluator.evaluate(args));
    if (mask & INTEGER_STATE) return all(registers, session);
    return some(registers, kindOf(registers, mask));
  }
  if (args === '') return all(registers, session);
  const rows = args.split(',').map((part) => one(session, registers, part.trim()));
  return { kind: 'some', rows, perLine: false };
}

async function all(registers: RegisterContext, session: Call['session']): Promise<Model> {
  return {
    kind: 'all',
    registers,
    lines: registerLines(registers),
    where: await whereLines(session, registers),
  };
}

function some(registers: RegisterContext, names: readonly string[]): Model {
  return {
    kind: 'some',
    rows: names.map((n) => ({ name: n, text: wide(registers, n), value: hexOf(registers, n) })),
    perLine: true,
  };
}

function kindOf(registers: RegisterContext, mask: number): string[] {
  const wanted = MASK.filter(([bit]) => mask & bit);
  return registers
    .definitions()
    .filter((d) => !d.part && wanted.some(([, kind, pattern]) => d.kind === kind && pattern.test(d.name)))
    .map((d) => d.name);
}

/** `r $t0 = 1, $t1 = 2`, `r $.u0=text`; undefined where nothing is assigned. */
function assignments(args: string): readonly { target: string; text: string }[] | undefined {
  if (!args.includes('=')) return undefined;
  const alias = /^(\$\.u\d)\s*=\s*(.*?)\s*$/s.exec(args);
  if (alias) return [{ target: alias[1] ?? '', text: alias[2] ?? '' }];
  const found: { target: string; text: string }[] = [];
  for (const part of args.split(/,(?=\s*@?\$?\w+\s*=[^=])/)) {
    const match = /^\s*@?(\$?\w+)\s*=\s*([^=].*)$/s.exec(part);
    if (!match) return undefined;
    found.push({ target: match[1] ?? '', text: match[2] ?? '' });
  }
  return found;
}

function assign({ evaluator, aliases }: Call['session'], target: string, text: string, typed: boolean): void {
  if (target.startsWith('$.u')) {
    aliases.setFixed(Number(target.slice(3)), text);
    return;
  }
  if (!target.startsWith('$'))
    throw new UsageError(
      `${target} cannot be changed: the registers of a dump are what they were`,
      'not-applicable',
    );
  if (typed) evaluator.setTyped(target, evaluator.evaluateCpp(text));
  else evaluator.setPseudo(target, evaluator.evaluate(text));
}

function one(session: Call['session'], registers: RegisterContext, text: string): One {
  const match = /^@?(\$?\w+|\.)(?::(i?[bwdq]|u[bwdq]|[fd]))?$/.exec(text);
  const name = match?.[1] ?? '';
  const definition = registers.definitions().find((d) => d.name === name.toLowerCase());
  if (definition) {
    const known = definition.name;
    return {
      name: known,
      text: match?.[2] ? asType(registers, known, match[2]) : wide(registers, known),
      value: hexOf(registers, known),
    };
  }
  const pseudo = name.startsWith('$') ? session.evaluator.pseudo(name) : undefined;
  if (pseudo === undefined) throw new UsageError(`Bad register error at '${text}'`, 'unresolved');
  const digits = pseudo.toString(16).padStart(session.machine.pointerSize * 2, '0');
  return { name, text: digits, value: hexAddress(pseudo) };
}

/** A register at its full width; flags and other bits as they are. */
function wide(registers: RegisterContext, name: string): string {
  const definition = registers.definitions().find((d) => d.name === name);
  const value = registers.get(name) ?? 0n;
  if (definition?.kind === 'vector') return asType(registers, name, 'f');
  if (/^st\d$/.test(name)) return extended(registers.bytes(name) ?? new Uint8Array(10));
  const digits = definition?.part ? Math.ceil(definition.part.bits / 4) : (definition?.size ?? 8) * 2;
  return value.toString(16).padStart(digits, '0');
}

function hexOf(registers: RegisterContext, name: string): string {
  return hexAddress(registers.get(name) ?? 0n);
}

/** A register as a row of values of one type, the highest first as r prints vectors. */
function asType(registers: RegisterContext, name: string, type: string): string {
  const bytes = registers.bytes(name);
  if (!bytes) return wide(registers, name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = { b: 1, w: 2, d: type === 'd' ? 8 : 4, q: 8, f: 4 }[type.at(-1) ?? 'b'] ?? 4;
  const values: string[] = [];
  for (let at = bytes.length - size; at >= 0; at -= size) values.push(valueAt(view, at, size, type));
  return values.join(' ');
}

function valueAt(view: DataView, at: number, size: number, type: string): string {
  if (type === 'f') return formatFloat(view.getFloat32(at, true));
  if (type === 'd') return formatFloat(view.getFloat64(at, true));
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(at + i));
  if (type.startsWith('i')) return BigInt.asIntN(size * 8, value).toString();
  return type.startsWith('u') ? value.toString() : value.toString(16).padStart(size * 2, '0');
}

/** The C library's %g, which the debugger prints floats with. */
function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  const text = value === 0 ? '0' : Number(value.toPrecision(6)).toString();
  return text.replace(/e([+-])(\d)$/, 'e$10$2').replace(/e([+-])(\d\d)$/, 'e$10$2');
}

/** An 80-bit float of the x87 as `1.500000000000000000000e+0000 (0:3fff:c000000000000000)`. */
function extended(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const mantissa = view.getBigUint64(0, true);
  const head = view.getUint16(8, true);
  const exponent = (head & 0x7fff) - 16383;
  const sign = head >> 15;
  const value = (sign ? -1 : 1) * Number(mantissa) * 2 ** (exponent - 63);
  const digits = Number.isFinite(value)
    ? value
        .toExponential(21)
        .replace(/e([+-])(\d+)$/, (_, s: string, e: string) => `e${s}${e.padStart(4, '0')}`)
    : String(value);
  return `${digits} (${sign}:${(head & 0x7fff).toString(16).padStart(4, '0')}:${mantissa.toString(16).padStart(16, '0')})`;
}

function print(model: Model, out: Output): void {
  if (model.kind === 'some') {
    if (model.perLine) for (const row of model.rows) out.line(`${row.name}=${row.text}`);
    else if (model.rows.length) out.line(model.rows.map((row) => `${row.name}=${row.text}`).join(' '));
    return;
  }
  for (const line of model.lines) out.line(line);
  for (const line of model.where) out.line(...line);
}

function data(model: Model) {
  if (model.kind === 'some')
    return { registers: Object.fromEntries(model.rows.map((row) => [row.name, row.value])) };
  const whole = model.registers
    .definitions()
    .filter((d) => !d.part && ['integer', 'flags', 'segment'].includes(d.kind));
  return { registers: Object.fromEntries(whole.map((d) => [d.name, hexOf(model.registers, d.name)])) };
}
