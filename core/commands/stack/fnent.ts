import { hex, hexAddress } from '../../bytes/index.ts';
import { formatAddress, span, type Output } from '../../output/index.ts';
import {
  functionUnwindAt,
  UWOP,
  type Arm64Code,
  type FunctionUnwind,
  type UnwindCode,
  type UnwindInfo,
} from '../../unwind/index.ts';
import { command, type Call } from '../command.ts';

interface EntryModel {
  readonly address: bigint;
  readonly pointerSize: 4 | 8;
  /** the symbol at or below the address, and the next one */
  readonly here?: { readonly name: string; readonly address: bigint; readonly exact: boolean };
  readonly next?: { readonly name: string; readonly address: bigint };
  readonly unwind?: FunctionUnwind;
  /** of an x64 exception handler */
  readonly handler?: string;
}

export const fnent = command<EntryModel>({
  name: '.fnent',
  tier: 'B',
  syntax: ['.fnent Address'],
  summary: 'Shows the unwind data of the function at an address: table entry, codes, or FPO record.',
  run,
  print,
  data,
});

function run({ session, args }: Call): EntryModel {
  const address = session.evaluator.address(args === '' ? '.' : args);
  const { target, symbols, machine } = session;
  const unwind = functionUnwindAt({ target, symbols, machine }, address);
  const found = symbols.nearest(address);
  const following = found && symbols.of(found.module)?.next(Number(address - found.module.base));
  const handler = unwind?.kind === 'x64' ? unwind.info.handler : undefined;
  const handlerAt = handler === undefined || !unwind ? undefined : unwind.module.base + BigInt(handler);
  return {
    address,
    pointerSize: machine.pointerSize,
    here: found && {
      name: `${found.module.name}!${found.symbol.name}`,
      address: found.address,
      exact: found.displacement === 0n,
    },
    next: following && {
      name: `${found.module.name}!${following.name}`,
      address: found.module.base + BigInt(following.rva),
    },
    unwind,
    handler:
      handlerAt === undefined
        ? undefined
        : `${symbols.describe(handlerAt) ?? ''} (${formatAddress(handlerAt, 8)})`,
  };
}

function print(model: EntryModel, out: Output): void {
  const { address, pointerSize, unwind, here, next } = model;
  const at = (a: bigint): string => formatAddress(a, pointerSize);
  if (!unwind) {
    out.line(`No function entry for ${at(address)}`);
    return;
  }
  out.line('Debugger function entry for:');
  if (here) {
    const following = next ? `   |  (${at(next.address)})   ${next.name}` : '';
    out.line(`(${at(here.address)})   `, span(here.name, 'symbol'), following);
    if (here.exact) {
      out.line('Exact matches:');
      out.line(`    ${here.name}`);
    }
  }
  out.line('');
  switch (unwind.kind) {
    case 'x64':
      printX64(unwind, model, out);
      break;
    case 'arm64':
      printArm64(unwind, out);
      break;
    default:
      printX86(unwind, out);
  }
}

function printX86(unwind: FunctionUnwind & { kind: 'fpo' | 'frame data' }, out: Output): void {
  const { record } = unwind;
  if (unwind.kind === 'fpo' && unwind.record.frame === 'nonfpo') {
    out.line('Non-FPO');
    return;
  }
  const registers =
    unwind.kind === 'fpo' ? unwind.record.savedRegisterCount : unwind.record.savedRegisters >> 2;
  out.line(`Params:    ${record.parameters >> 2}`);
  out.line(`Locals:    ${record.locals >> 2}`);
  out.line(`Registers: ${registers}`);
  if (unwind.kind === 'fpo' && unwind.record.usesBp) out.line('Uses EBP');
  if (unwind.kind === 'frame data') out.line(`Program:   ${unwind.record.program}`);
}

function printX64(unwind: FunctionUnwind & { kind: 'x64' }, { handler }: EntryModel, out: Output): void {
  const { record, info, module } = unwind;
  const wide = (rva: number): string => formatAddress(BigInt(rva), 8);
  out.line(`BeginAddress      = ${wide(record.begin)}`);
  out.line(`EndAddress        = ${wide(record.end)}`);
  out.line(`UnwindInfoAddress = ${wide(record.unwind)}`);
  out.line('');
  const place = formatAddress(module.base + BigInt(record.unwind), 8);
  out.line(`Unwind info at ${place}, ${hex(info.size)} bytes`);
  const { version, flags, prologSize, slots } = info;
  out.line(`  version ${version}, flags ${hex(flags)}, prolog ${hex(prologSize)}, codes ${hex(slots)}`);
  if (info.frameRegister !== 0) {
    out.line(`  frame reg ${hex(info.frameRegister)}, frame offs ${hex(info.frameOffset)}h`);
  }
  if (handler) out.line(`  handler routine: ${handler}, data ${hex(info.handlerData ?? 0)}`);
  const line = version === 3 ? wodLine : x64Code;
  for (const code of info.codes) out.line(line(code));
  if (info.chained) {
    out.line(
      `  chained to ${wide(info.chained.begin)} - ${wide(info.chained.end)}, ${wide(info.chained.unwind)}`,
    );
  }
  if (info.epilogs.length > 0) {
    out.line(`  epilogs of ${hex(info.epilogs[0]?.size ?? 0)} bytes at ${epilogPlaces(info, record.end)}`);
  }
  for (const { start, last, toParent, codes } of info.wodEpilogs ?? []) {
    const from = start < 0 ? record.end + start : record.begin + start;
    out.line(
      `  epilog at ${wide(from)}, last instruction at +${hex(last)}${toParent ? ', to the parent fragment' : ''}`,
    );
    for (const code of codes) out.line(`  ${wodLine(code)}`);
  }
  if (info.damaged)
    out.line('  WARNING: an operation here is not known, or cut short: the frame cannot be undone by it');
}

function epilogPlaces(info: UnwindInfo, end: number): string {
  return info.epilogs.map(({ fromEnd }) => formatAddress(BigInt(end - fromEnd), 8)).join(' ');
}

const REGISTERS = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi'];

function x64Code(code: UnwindCode): string {
  const register = REGISTERS[code.info] ?? `r${code.info}`;
  const head = `  ${hex(code.slot).padStart(2, '0')}: offs ${hex(code.prologOffset)}, unwind op ${hex(code.op)}, op info ${hex(code.info)}\t`;
  const offset = `FrameOffset: ${hex(code.value)}`;
  switch (code.op) {
    case UWOP.PUSH_NONVOL:
      return `${head}UWOP_PUSH_NONVOL reg: ${register}.`;
    case UWOP.ALLOC_LARGE:
      return `${head}UWOP_ALLOC_LARGE ${offset}.`;
    case UWOP.ALLOC_SMALL:
      return `${head}UWOP_ALLOC_SMALL.`;
    case UWOP.SET_FPREG:
      return `${head}UWOP_SET_FPREG.`;
    case UWOP.SAVE_NONVOL:
      return `${head}UWOP_SAVE_NONVOL ${offset} reg: ${register}.`;
    case UWOP.SAVE_NONVOL_FAR:
      return `${head}UWOP_SAVE_NONVOL_FAR ${offset} reg: ${register}.`;
    case UWOP.SAVE_XMM128:
      return `${head}UWOP_SAVE_XMM128 ${offset} reg: xmm${code.info}.`;
    case UWOP.SAVE_XMM128_FAR:
      return `${head}UWOP_SAVE_XMM128_FAR ${offset} reg: xmm${code.info}.`;
    case UWOP.PUSH_MACHFRAME:
      return `${head}UWOP_PUSH_MACHFRAME.`;
    default:
      return `${head}UWOP ${hex(code.op)}.`;
  }
}

/** Version 3 has operations of its own, with the instruction's offset; two lines for one that pushes two registers. */
function wodLine(code: UnwindCode): string {
  const register = REGISTERS[code.info] ?? `r${code.info}`;
  const head = `  ${hex(code.slot).padStart(2, '0')}: offs ${hex(code.prologOffset - 1)}, `;
  switch (code.op) {
    case UWOP.PUSH_NONVOL:
      return `${head}push ${register}`;
    case UWOP.SET_FPREG:
      return `${head}set ${register} to rsp+${hex(code.value)}h`;
    case UWOP.SAVE_NONVOL:
    case UWOP.SAVE_NONVOL_FAR:
      return `${head}save ${register} at +${hex(code.value)}h`;
    case UWOP.SAVE_XMM128:
    case UWOP.SAVE_XMM128_FAR:
      return `${head}save xmm${code.info} at +${hex(code.value)}h`;
    default:
      return `${head}allocate ${hex(code.value)}h`;
  }
}

function printArm64({ record }: FunctionUnwind & { kind: 'arm64' }, out: Output): void {
  const { unwind } = record;
  out.line(`BeginAddress      = ${formatAddress(BigInt(record.begin), 8)}`);
  out.line(`EndAddress        = ${formatAddress(BigInt(record.end), 8)}`);
  out.line('');
  out.line(`Unwind codes, prolog ${hex(unwind.prolog)} instructions:`);
  unwind.codes.forEach((code, i) => {
    out.line(`  ${hex(i).padStart(2, '0')}: ${arm64Code(code)}`);
  });
  for (const { start, codes } of unwind.epilogs) {
    out.line(`  epilog at +0x${hex(start * 4)}, ${hex(codes.length)} instructions`);
  }
}

function arm64Code(code: Arm64Code): string {
  switch (code.op) {
    case 'alloc':
      return `alloc ${hex(code.size)}`;
    case 'save': {
      const names = code.registers.map((r) =>
        code.bank === 'x' && r === 29 ? 'fp' : code.bank === 'x' && r === 30 ? 'lr' : `${code.bank}${r}`,
      );
      return code.release > 0
        ? `save ${names.join(',')} [sp,#-${hex(code.release)}]!`
        : `save ${names.join(',')} [sp,#${hex(code.offset)}]`;
    }
    case 'frame':
      return code.offset === 0 ? 'set fp' : `add fp,sp,#${hex(code.offset)}`;
    case 'sign':
      return 'sign lr';
    case 'end':
      return code.chained ? 'end, parent follows' : 'end';
    case 'unknown':
      return code.name;
    default:
      return code.op;
  }
}

function data({ address, unwind }: EntryModel) {
  if (!unwind) return { address: hexAddress(address) };
  const base = { address: hexAddress(address), kind: unwind.kind };
  if (unwind.kind === 'x64') {
    const { begin, end, unwind: info } = unwind.record;
    return { ...base, begin: hexAddress(begin), end: hexAddress(end), unwindInfo: hexAddress(info) };
  }
  if (unwind.kind === 'arm64') {
    return { ...base, begin: hexAddress(unwind.record.begin), end: hexAddress(unwind.record.end) };
  }
  const { start, length, parameters, locals } = unwind.record;
  return { ...base, begin: hexAddress(start), end: hexAddress(start + length), parameters, locals };
}
