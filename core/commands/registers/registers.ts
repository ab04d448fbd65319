import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import { pointer, type Line, type Output, type Part } from '../../output/index.ts';
import type { RegisterContext } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { RegisterLine } from './registersModel.ts';
import { groupLines, groupNames } from './registerGroups.ts';
import { REGISTER_MASK, registerMaskOf } from './registerMask.ts';
import { elementsText, elementTypeOf, registerText } from './registerValues.ts';
import { hasAvx512, upperVectors } from './upperVectors.ts';
import { usedRegisters } from './usedRegisters.ts';
import { whereLines } from './whereLines.ts';

/** Forms that name a group of registers by a letter. */
const GROUPS: Readonly<Record<string, number>> = {
  rF: REGISTER_MASK.float,
  rX: REGISTER_MASK.xmm,
  rY: REGISTER_MASK.ymm,
  rYI: REGISTER_MASK.ymmIntegers,
};
const YMM = REGISTER_MASK.ymm | REGISTER_MASK.ymmIntegers;

interface One {
  readonly name: string;
  readonly text: string;
  /** what the text is, where it may be an address */
  readonly place?: bigint;
  readonly value: string;
}

/** A register's name that follows without a blank. */
const JOINED = /^r([erxs][a-z0-9]+)$/;

/** Either the whole set, with where the thread is, or the registers that were asked for. */
type Model =
  | {
      readonly kind: 'all';
      readonly registers: RegisterContext;
      readonly mask: number;
      readonly lines: readonly RegisterLine[];
      readonly where: readonly Line[];
    }
  | { readonly kind: 'some'; readonly rows: readonly One[]; readonly gap: string };

export const registersCommand = command<Model>({
  name: 'r',
  // their case counts: rm is another command
  aliases: ['rM', 'rF', 'rX', 'rY', 'rYI', 'rZ', 'rZI', 'rK', 'r.'],
  pattern:
    /^r(?:M(?=[\s\d(])|[FXYK]|YI|ZI?|\.|\?(?=\s*@?\$)|(?=\$)|(?:e[abcd]x|e[sd]i|e[bs]p|eip|efl|r[abcd]x|r[sd]i|r[bs]p|rip|r[89]|r1[0-5]|xmm\d+|st\d)(?=[\s,:=]|$))?(?![A-Za-z_.])/,
  // the text of an alias may hold semicolons
  reach: /^r\s*\$\.u\d\s*=[^\n]*/,
  tier: 'A',
  syntax: [
    'r',
    'r.',
    'rM Mask',
    'rF',
    'rX',
    'rY',
    'rYI',
    'r Register[:[Num]Type][, Register…]',
    'r $t0 = Expression[, …]',
    'r? $t0 = C++ expression',
    'r $.u0=Text',
  ],
  summary: 'Shows registers of the context in effect; sets pseudo-registers and fixed-name aliases.',
  options: [
    { flag: '.', meaning: 'the registers that the instruction names' },
    { flag: 'M Mask', meaning: 'the groups of a mask: rm ? lists its bits' },
    { flag: 'F X Y YI', meaning: 'floating point; SSE; AVX as singles, as integers' },
    { flag: ':[Num]Type', meaning: 'ib ub iw uw id ud iq uq f d: so many values of that type' },
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
    return { kind: 'some', rows: [], gap: ' ' };
  }
  // the register context: .frame without /c chooses the local one alone (Microsoft, "Changing Contexts")
  const registers = session.registers();
  if (!registers) throw new NotAvailable('The dump has no registers for this thread in this view');
  const rest = call.args;
  if (/^r(?:ZI?|K)$/.test(name))
    throw new NotAvailable(
      hasAvx512(session, registers)
        ? 'AVX-512 registers are in the dump, but are not shown yet: rY shows the lower halves of zmm0 and on'
        : 'The dump holds no AVX-512 state behind these registers',
    );
  const group = GROUPS[name];
  // `rF st0` is `r st0`
  if (group !== undefined && rest === '') return masked(registers, session, group);
  if (name === 'rM') return masked(registers, session, Number(session.evaluator.evaluate(rest)));
  if (name === 'r.') {
    const names = await usedRegisters(session, registers);
    return { kind: 'some', rows: names.map((used) => whole(registers, used)), gap: '  ' };
  }
  if (args === '') return masked(registers, session, registerMaskOf(session));
  const rows = args.split(',').map((part) => one(session, registers, part.trim()));
  return { kind: 'some', rows, gap: ' ' };
}

async function masked(registers: RegisterContext, session: Call['session'], mask: number): Promise<Model> {
  const upper = mask & YMM ? upperVectors(session, registers) : undefined;
  if (mask === (mask & YMM) && !upper)
    throw new NotAvailable('The dump holds no AVX state behind these registers');
  return {
    kind: 'all',
    registers,
    mask,
    lines: groupLines(registers, mask, (index) => upper?.(index)),
    where: await whereLines(session, registers),
  };
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

const ONE = /^@?(\$?\w+)((?::\d*[a-z]+)*)$/;
const FIXED_ALIAS = /^\$\.u(\d)$/;

function one(session: Call['session'], registers: RegisterContext, text: string): One {
  const alias = FIXED_ALIAS.exec(text)?.[1];
  if (alias !== undefined) {
    const value = session.aliases.fixed(Number(alias));
    return { name: `$u${alias}`, text: value, value };
  }
  const match = ONE.exec(text);
  const name = match?.[1] ?? '';
  const definition = registers.definitions().find((d) => d.name === name.toLowerCase());
  if (definition) return whole(registers, definition.name, match?.[2]);
  const ymm = wideVector(session, registers, name.toLowerCase(), match?.[2]);
  if (ymm) return ymm;
  const pseudo = name.startsWith('$') ? session.evaluator.pseudo(name) : undefined;
  if (pseudo === undefined) throw new UsageError(`Bad register error at '${text}'`, 'unresolved');
  const digits = pseudo.toString(16).padStart(session.machine.pointerSize * 2, '0');
  return { name, text: digits, place: pseudo, value: hexAddress(pseudo) };
}

/** ymm0 and on: a vector of the CONTEXT with its upper half behind. Undefined where a name is none of these. */
function wideVector(
  session: Call['session'],
  registers: RegisterContext,
  name: string,
  types?: string,
): One | undefined {
  const index = /^ymm(\d+)$/.exec(name)?.[1];
  const lower = index === undefined ? undefined : registers.bytes(`xmm${index}`);
  if (!lower) return undefined;
  const upper = upperVectors(session, registers);
  if (!upper) throw new NotAvailable('The dump holds no AVX state behind these registers');
  const bytes = new Uint8Array([...lower, ...upper(Number(index))]);
  const hex = [...bytes].reverse().map((byte) => byte.toString(16).padStart(2, '0'));
  return {
    name,
    text: typedText(bytes, name, types) ?? elementsText(bytes, 'f'),
    value: hexAddress(BigInt(`0x${hex.join('')}`)),
  };
}

/** A register as it is, or as values of the types behind its name: `:16ub`, `:d:2f`. */
function whole(registers: RegisterContext, name: string, types = ''): One {
  const typed = typedText(registers.bytes(name), name, types);
  const place = typed === undefined ? registers.get(name) : undefined;
  return { name, text: typed ?? registerText(registers, name), place, value: hexOf(registers, name) };
}

/** A register's bytes as values of the types behind its name; undefined where there are none. */
function typedText(bytes: Uint8Array | undefined, name: string, types = ''): string | undefined {
  const elements = [...types.matchAll(/:(\d*)([a-z]+)/g)].map(([, count = '', letters = '']) => {
    const type = elementTypeOf(letters);
    if (!type) throw new UsageError(`Bad register error at '${name}${types}'`, 'unresolved');
    return bytes ? elementsText(bytes, type, count === '' ? undefined : Number(count)) : undefined;
  });
  return bytes && elements.length > 0 ? elements.join(' ') : undefined;
}

function hexOf(registers: RegisterContext, name: string): string {
  return hexAddress(registers.get(name) ?? 0n);
}

function print(model: Model, out: Output): void {
  if (model.kind === 'some') {
    const parts = model.rows.flatMap(({ name, text, place }, i): Part[] => [
      `${i === 0 ? '' : model.gap}${name}=`,
      place === undefined ? text : pointer(place, text),
    ]);
    if (parts.length > 0) out.line(...parts);
    return;
  }
  for (const line of model.lines) out.line(...line);
  for (const line of model.where) out.line(...line);
}

function data(model: Model) {
  if (model.kind === 'some')
    return { registers: Object.fromEntries(model.rows.map((row) => [row.name, row.value])) };
  const names = groupNames(model.registers, model.mask);
  return { registers: Object.fromEntries(names.map((name) => [name, hexOf(model.registers, name)])) };
}
