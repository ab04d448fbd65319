import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

const ROOT = join(import.meta.dirname, '..');
/** What nearly every session asks: of a dump of x64 with a PDB, and of one of x86 with a process around it. */
const SESSIONS = [
  {
    dump: 'dumps/orders.dmp',
    commands: '.exepath dumps/orders;lm;~;~*k;kp;dv;r;.lastevent;dt shop::Totals;dps @$csp;q',
  },
  {
    dump: 'dumps/runtime-test-md.dmp',
    commands: 'lm;~;~*k;r;.lastevent;dd @$csp;db @$csp;dps @$csp;dt ntdll!_PEB @$peb;? @$ip;!peb;!teb;q',
  },
];

/** Has the built program compile itself (cli/compiledFiles.ts): half of its start-up was that. */
export function codeCache(): Plugin {
  return {
    name: 'code-cache',
    writeBundle({ dir = '' }) {
      const warmUp = resolve(ROOT, dir, 'warmUp.js');
      // one after the other: each begins with what the one before it left, and adds to it
      for (const { dump, commands } of SESSIONS) {
        execFileSync(process.execPath, [warmUp, dump, commands], {
          cwd: ROOT,
          stdio: ['ignore', 'ignore', 'inherit'],
        });
      }
    },
  };
}
