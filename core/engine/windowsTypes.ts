import { NotAvailable } from '../errors/index.ts';
import type { SymbolService } from '../symbols/index.ts';
import { type Machine, type MachineKind, type Module, ntdllOf, type Target } from '../target/index.ts';
import { createStructLayouts, type StructLayouts, type TypeSource } from '../types/index.ts';

/** The layouts that come with the program, for one machine, and why they are not exactly this Windows' own. */
export interface BuiltInSource {
  readonly types: TypeSource;
  readonly note?: string;
}

/** A structure that every ntdll PDB with types has: Microsoft's of Windows XP and many of 2015 have symbols alone. */
const TELLTALE = '_PEB';

/**
 * Windows' own structures for each view of the process: from ntdll's PDB where it has the type, else built in. A server
 * is asked for that PDB only where the built-in layout is another Windows': what is exact already must not wait.
 */
export class WindowsTypes {
  private readonly builtIn = new Map<MachineKind, BuiltInSource>();
  private readonly known = new Map<MachineKind, { pdb: TypeSource | undefined; layouts: StructLayouts }>();
  private readonly ntdlls = new Map<MachineKind, Module | undefined>();

  constructor(
    private readonly target: Target,
    private readonly symbols: SymbolService,
  ) {}

  add(machine: Machine, source: BuiltInSource): void {
    this.builtIn.set(machine.kind, source);
  }

  /** May throw `AwaitFirst` while ntdll's PDB is fetched or unpacked. */
  layouts(machine: Machine): StructLayouts {
    const pdb = this.pdbTypes(machine);
    const known = this.known.get(machine.kind);
    // a reload may have given ntdll other symbols, or none
    if (known && known.pdb === pdb) return known.layouts;
    const builtIn = this.builtIn.get(machine.kind);
    if (!builtIn) throw new NotAvailable(`there are no Windows structures for ${machine.kind}`);
    const layouts = createStructLayouts(pdb ? [pdb, builtIn.types] : [builtIn.types]);
    this.known.set(machine.kind, { pdb, layouts });
    return layouts;
  }

  /** Why structures are not exactly this Windows' own; undefined where they are, or where ntdll's PDB has them. */
  note(machine: Machine): string | undefined {
    return this.pdbTypes(machine)?.find(TELLTALE) ? undefined : this.builtIn.get(machine.kind)?.note;
  }

  private pdbTypes(machine: Machine): TypeSource | undefined {
    const ntdll = this.ntdll(machine);
    const download = this.builtIn.get(machine.kind)?.note !== undefined;
    const types = ntdll && this.symbols.of(ntdll, { download })?.types;
    return types?.pointerSize === machine.pointerSize ? types : undefined;
  }

  private ntdll(machine: Machine): Module | undefined {
    if (!this.ntdlls.has(machine.kind))
      this.ntdlls.set(machine.kind, ntdllOf({ target: this.target, machine }));
    return this.ntdlls.get(machine.kind);
  }
}
