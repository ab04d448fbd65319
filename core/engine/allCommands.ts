import type { Command } from '../commands/index.ts';
import { analyzeCommands } from '../commands/analyze/index.ts';
import { basicCommands } from '../commands/basics/index.ts';
import { checkCommands } from '../commands/checks/index.ts';
import { compareCommands } from '../commands/compare/index.ts';
import { crtCommands } from '../commands/crt/index.ts';
import { disassemblyCommands } from '../commands/disassembly/index.ts';
import { dtCommands } from '../commands/dt/index.ts';
import { dxCommands } from '../commands/dx/index.ts';
import { dumpdebug } from '../commands/dumpdebug.ts';
import { eachCommands } from '../commands/each/index.ts';
import { errorCommands } from '../commands/errors/index.ts';
import { fileCommands } from '../commands/files/index.ts';
import { heapCommands } from '../commands/heap/index.ts';
import { exceptionCommands } from '../commands/exceptions/index.ts';
import { listCommands } from '../commands/lists/index.ts';
import { localCommands } from '../commands/locals/index.ts';
import { memoryCommands } from '../commands/memory/index.ts';
import { messageCommands } from '../commands/messages/index.ts';
import { moduleCommands } from '../commands/modules/index.ts';
import { natvisCommands } from '../commands/natvis/index.ts';
import { numberCommands } from '../commands/numbers/index.ts';
import { processCommands } from '../commands/process/index.ts';
import { registerCommands } from '../commands/registers/index.ts';
import { regionCommands } from '../commands/regions/index.ts';
import { scriptCommands } from '../commands/script/index.ts';
import { searchCommands } from '../commands/search/index.ts';
import { sourceCommands } from '../commands/source/index.ts';
import { securityCommands } from '../commands/security/index.ts';
import { stackCommands } from '../commands/stack/index.ts';
import { stringCommands } from '../commands/strings/index.ts';
import { symbolCommands } from '../commands/symbols/index.ts';
import { symbolLoadingCommands } from '../commands/symbolLoading/index.ts';
import { symbolPathCommands } from '../commands/symbolPaths/index.ts';
import { systemCommands } from '../commands/systems/index.ts';
import { threadCommands } from '../commands/threads/index.ts';
// last, so that what another family implements is not taken from here
import { answeredCommands } from '../commands/answered/index.ts';

const implemented: readonly Command[] = [
  ...threadCommands,
  ...registerCommands,
  ...basicCommands,
  ...systemCommands,
  ...scriptCommands,
  ...stackCommands,
  ...disassemblyCommands,
  ...moduleCommands,
  ...processCommands,
  ...errorCommands,
  ...exceptionCommands,
  ...analyzeCommands,
  ...regionCommands,
  ...heapCommands,
  ...crtCommands,
  dumpdebug,
  ...symbolCommands,
  ...symbolLoadingCommands,
  ...symbolPathCommands,
  ...sourceCommands,
  ...dtCommands,
  ...localCommands,
  ...memoryCommands,
  ...searchCommands,
  ...listCommands,
  ...eachCommands,
  ...fileCommands,
  ...securityCommands,
  ...stringCommands,
  ...compareCommands,
  ...checkCommands,
  ...messageCommands,
  ...numberCommands,
  ...dxCommands,
  ...natvisCommands,
];

const names = new Set(implemented.flatMap((c) => [c.name, ...c.aliases]));

/** Every command there is, in the order in which patterns of families are tried. */
export const allCommands: readonly Command[] = [
  ...implemented,
  ...answeredCommands.filter(({ name }) => !names.has(name)),
];
