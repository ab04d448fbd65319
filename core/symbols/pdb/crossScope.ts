/**
 * Type and function numbers that a module shares with another one. Microsoft's linker leaves them so where it merged
 * types for the modules of a program together: bit 31, the number of an import list (11 bits), a place in it (20 bits).
 *
 *   imports of the module   { name of the other module in /names, count, its local numbers[] }[]
 *   exports of that module  { local number, number in the PDB }[]
 *
 * A local number with bit 31 set is a function id. Source: cvinfo.h (CrossScopeId, DecoratedItemId); checked on
 * crash.pdb of the corpus.
 */
import { SUBSECTION, subsections } from './c13.ts';
import { lazy } from './lazy.ts';
import type { ModuleStreams } from './moduleStreams.ts';
import { orAbsent } from './orAbsent.ts';
import type { PdbFile } from './pdbFile.ts';
import type { StreamReader } from './streamReader.ts';

const CROSS_SCOPE = 0x80000000;
const LOCAL_BITS = 20;

interface ImportList {
  /** of the other module's name */
  readonly name: number;
  /** where its numbers are in this module's stream, and how many */
  readonly offset: number;
  readonly count: number;
}

export class CrossScope {
  private readonly imports = new Map<number, readonly ImportList[]>();
  private readonly exports = new Map<number, ReadonlyMap<number, number>>();
  private readonly modulesByName = lazy(() => {
    const found = new Map<string, number>();
    const list = this.pdb.modules();
    for (let i = (list?.count ?? 0) - 1; i >= 0; i--) found.set(list?.at(i)?.name.toLowerCase() ?? '', i);
    return found;
  });

  constructor(
    private readonly pdb: PdbFile,
    private readonly modules: ModuleStreams,
  ) {}

  /** A number of the PDB for one that a record of `module` has; the number itself where it is not shared or not found. */
  resolve(module: number, index: number): number {
    if (index < CROSS_SCOPE) return index;
    return orAbsent(() => this.lookUp(module, index)) ?? index;
  }

  private lookUp(module: number, index: number): number | undefined {
    const stream = this.modules.stream(module);
    const list = this.importsOf(module)[(index & ~CROSS_SCOPE) >>> LOCAL_BITS];
    const place = index & ((1 << LOCAL_BITS) - 1);
    if (!stream || !list || place >= list.count) return undefined;
    const name = this.pdb.names().text(list.name);
    const exporter = name === undefined ? undefined : this.modulesByName().get(name.toLowerCase());
    return exporter === undefined
      ? undefined
      : this.exportsOf(exporter).get(stream.u32(list.offset + place * 4));
  }

  private importsOf(module: number): readonly ImportList[] {
    let lists = this.imports.get(module);
    if (!lists) {
      const found: ImportList[] = [];
      for (const { stream, offset, length } of this.parts(module, SUBSECTION.imports)) {
        for (let at = offset; at + 8 <= offset + length;) {
          const count = Math.min(stream.u32(at + 4), Math.floor((offset + length - at - 8) / 4));
          found.push({ name: stream.u32(at), offset: at + 8, count });
          at += 8 + count * 4;
        }
      }
      this.imports.set(module, found);
      lists = found;
    }
    return lists;
  }

  private exportsOf(module: number): ReadonlyMap<number, number> {
    let pairs = this.exports.get(module);
    if (!pairs) {
      const found = new Map<number, number>();
      for (const { stream, offset, length } of this.parts(module, SUBSECTION.exports)) {
        for (let at = offset; at + 8 <= offset + length; at += 8)
          found.set(stream.u32(at), stream.u32(at + 4));
      }
      this.exports.set(module, found);
      pairs = found;
    }
    return pairs;
  }

  private *parts(
    module: number,
    kind: number,
  ): Generator<{ readonly stream: StreamReader; readonly offset: number; readonly length: number }> {
    const info = this.modules.info(module);
    const stream = this.modules.stream(module);
    if (!info || !stream) return;
    for (const part of subsections(stream, info.symbolBytes + info.c11Bytes, info.c13Bytes)) {
      if (part.kind === kind) yield { stream, offset: part.offset, length: part.length };
    }
  }
}
