import type { Command } from '../command.ts';
import { dh } from './dh.ts';
import { imgreloc } from './imgreloc.ts';
import { imgscan } from './imgscan.ts';
import { imports } from './imports.ts';
import { listModules } from './listModules.ts';
import { lmi } from './lmi.ts';
import { rva } from './rva.ts';
import { startup } from './startup.ts';

export { dashed } from './debugEntryText.ts';
export { type FoundImage, findModule } from './findImage.ts';
export { statusText, symbolStatusOf, type ModuleSymbolStatus } from './symbolStatus.ts';
export { knownTimestamp } from './timestamp.ts';

/** Modules and their images. */
export const moduleCommands: readonly Command[] = [
  listModules,
  lmi,
  dh,
  imports,
  startup,
  rva,
  imgreloc,
  imgscan,
];
