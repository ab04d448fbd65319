import type { ServedSource } from '../../symbols/index.ts';

/** Where a PDB says that a source file can be had, and what is done about it. `asked`: servers may be asked. */
export function servedText(served: ServedSource, asked: boolean): string {
  switch (served.kind) {
    case 'web':
      return `${served.by}: ${served.url}${asked ? '' : ' (.srcpath+ srv* has it fetched)'}`;
    case 'command':
      return `${served.by}: a command would get it, and none is run here: ${served.command}`;
    case 'path':
      return `${served.by}: ${served.target}, which is not opened: copy it, and name its folder in .srcpath`;
    case 'unusable':
      return `${served.by}: ${served.reason}`;
  }
}

export function servedData(served: ServedSource) {
  return {
    by: served.by,
    kind: served.kind,
    url: served.kind === 'web' ? served.url : undefined,
    command: served.kind === 'command' ? served.command : undefined,
    target: served.kind === 'command' || served.kind === 'path' ? served.target : undefined,
    reason: served.kind === 'unusable' ? served.reason : undefined,
  };
}
