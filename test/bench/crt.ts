import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MODULES, writeManyModules } from './crtDump.ts';
import { measureStillframe, report } from './measure.ts';

/** `!crt` looks at every module, and at code only where it must: a second for 500 of them beyond the start. */
export function benchCrt(): void {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-bench-'));
  try {
    const dump = join(folder, 'modules.dmp');
    writeManyModules(dump);
    const start = measureStillframe(['-z', dump, '-c', 'q']).seconds;
    const all = measureStillframe(['-z', dump, '-c', '!crt;q']).seconds;
    const more = all - start;
    report(
      `!crt on ${MODULES} modules, beyond the start`,
      `${more.toFixed(2)} s (${start.toFixed(2)} s to the prompt)`,
      '1 s',
      more <= 1,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
