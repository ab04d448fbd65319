import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

const ROOT = join(import.meta.dirname, '..');
/** Of the bundled dumps the one with PDBs. */
const DUMP = 'dumps/runtime-test-md.dmp';
/** What nearly every session asks. */
const COMMANDS = 'lm;~;~*k;r;.lastevent;dd @$csp;db @$csp;dps @$csp;dt ntdll!_PEB @$peb;? @$ip;!peb;!teb;q';

/** Has the built program compile itself (cli/compiledFiles.ts): half of its start-up was that. */
export function codeCache(): Plugin {
  return {
    name: 'code-cache',
    writeBundle({ dir = '' }) {
      const warmUp = resolve(ROOT, dir, 'warmUp.js');
      execFileSync(process.execPath, [warmUp, DUMP, COMMANDS], {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    },
  };
}
