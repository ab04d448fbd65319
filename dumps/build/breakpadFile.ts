/** A function of a symbol file: RVA, bytes, and the lines of its code. */
export interface SymbolFunction {
  readonly name: string;
  readonly rva: number;
  readonly size: number;
  readonly file?: string;
  /** from this offset on, this line */
  readonly lines?: readonly (readonly [offset: number, line: number])[];
}

export interface SymbolFile {
  /** 32 upper-case hex digits */
  readonly guid: string;
  readonly age: number;
  readonly pdb: string;
  readonly functions: readonly SymbolFunction[];
  readonly data?: readonly { readonly name: string; readonly rva: number }[];
}

/** `mov edi,edi; push ebp; mov ebp,esp` or without its first instruction */
const PROLOG = 3;
const BEFORE_FRAME = '$T0 .raSearch = $eip $T0 ^ = $esp $T0 4 + =';
const FRAME = '$T0 $ebp = $eip $T0 4 + ^ = $ebp $T0 ^ = $esp $T0 8 + =';

/** A Breakpad symbol file: functions with lines and with frame data, as dump_syms writes them from a PDB. */
export function breakpadFile(symbols: SymbolFile): string {
  const files = [...new Set(symbols.functions.flatMap((f) => f.file ?? []))];
  const hex = (value: number): string => value.toString(16);
  const out = [`MODULE windows x86 ${symbols.guid}${hex(symbols.age)} ${symbols.pdb}`];
  files.forEach((file, i) => out.push(`FILE ${i} ${file}`));
  for (const f of symbols.functions) {
    out.push(`FUNC ${hex(f.rva)} ${hex(f.size)} 0 ${f.name}`);
    const lines = f.lines ?? [];
    lines.forEach(([offset, line], i) => {
      const end = lines[i + 1]?.[0] ?? f.size;
      out.push(`${hex(f.rva + offset)} ${hex(end - offset)} ${line} ${files.indexOf(f.file ?? '')}`);
    });
  }
  for (const d of symbols.data ?? []) out.push(`PUBLIC ${hex(d.rva)} 0 ${d.name}`);
  for (const { rva, size } of symbols.functions) {
    out.push(`STACK WIN 4 ${hex(rva)} ${hex(PROLOG)} 0 0 0 0 0 0 1 ${BEFORE_FRAME}`);
    out.push(`STACK WIN 4 ${hex(rva + PROLOG)} ${hex(size - PROLOG)} 0 0 0 0 0 0 1 ${FRAME}`);
  }
  return `${out.join('\n')}\n`;
}
