import { breakpadFile, type SymbolFunction } from '../build/breakpadFile.ts';
import { codeOf, type ImageDescription } from '../build/image.ts';
import type { CodeFunction } from './addresses.ts';
import { codeOfFunction } from './code.ts';
import type { Built } from './modules.ts';
import { THREAD_START_CALL } from './stacks.ts';

/** A file of the tutorial: a dump or a symbol file, by its path within dumps/. */
export interface TutorialFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export function pdbName({ fileName }: ImageDescription): string {
  return `${fileName.slice(0, fileName.lastIndexOf('.'))}.pdb`;
}

/** A .sym file for each module, where a symbol store has it. */
export function symbolFiles(modules: readonly Built[]): TutorialFile[] {
  return modules.map(({ image: m, guid, code, module, data }) => {
    const functions: SymbolFunction[] = code
      .filter((f) => f.module === module)
      .map((f) => ({
        name: f.name,
        rva: f.start - m.base,
        size: sizeOf(f),
        file: f.file,
        lines: f.lines?.map(([from, line]) => [from - f.start, line] as const),
      }));
    const pdb = pdbName(m);
    const text = breakpadFile({ guid, age: 1, pdb, functions, data });
    return { path: `${pdb}/${guid}1/${pdb.replace('.pdb', '.sym')}`, bytes: new TextEncoder().encode(text) };
  });
}

function sizeOf(f: CodeFunction): number {
  return f.start === THREAD_START_CALL.start
    ? THREAD_START_CALL.returnTo - f.start + 0x10
    : codeOf(codeOfFunction(f)).length;
}
