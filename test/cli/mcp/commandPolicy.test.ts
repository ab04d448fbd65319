import { describe, expect, it } from 'vitest';
import { refuseCommand } from '../../../cli/mcp/commandPolicy.ts';
import type { Beyond } from '../../../core/commands/index.ts';
import { allCommands } from '../../../core/engine/index.ts';
import { StillframeError } from '../../../core/errors/index.ts';
import { everyUse } from '../../commands/manual/everyUse.ts';
import { openUseDump } from '../../commands/manual/useDumps.ts';
import { hasCorpus } from '../../corpus.ts';

/** Commands that read or write a file only with an option (`as /f`, `!chkimg -mmw`): the server's engines have no files. */
const BY_OPTION = new Set(['as', '!chkimg']);

describe('what an MCP client may run', () => {
  it('is told by the registry: no command reaches files or servers and does not say so', () => {
    const refused = allCommands.filter((c) => refuseCommand(c) !== undefined).map((c) => c.name);
    // the floor: what is known to write, read, open or search; the walk below finds what is not known
    expect(refused).toEqual(
      expect.arrayContaining([
        ...['.dump', '.writemem', '.logopen', '.logappend', '.write_cmd_hist', '$$><', 'lsf', '.open'],
        ...['.sympath', '.symfix', '.exepath', '.srcpath', '.srcfix', '!symcheck', '.opendump', 'q'],
      ]),
    );
    expect(refused).not.toContain('k');
  });

  it.skipIf(!hasCorpus)('is nothing that touched a file or a path when it was tried', async () => {
    const engine = await openUseDump('lab');
    const { host } = engine.session;
    const touched = new Map<string, Beyond>();
    let running = '';
    /** Notes who called, and what is set. */
    const watch = <T extends object>(watched: T | undefined, as: Beyond, on: 'calls' | 'sets'): T =>
      new Proxy(watched ?? ({} as T), {
        get: (target, key, receiver) => {
          if (on === 'calls') touched.set(running, as);
          return Reflect.get(target, key, receiver) as unknown;
        },
        set: (target, key, value, receiver) => {
          touched.set(running, as);
          return Reflect.set(target, key, value, receiver);
        },
      });
    Object.assign(host, {
      outputFiles: watch(host.outputFiles, 'writes files', 'calls'),
      files: watch(host.files, 'reads files', 'calls'),
      paths: watch(host.paths, 'search paths', 'sets'),
      refuse: ({ name }: { readonly name: string }) => {
        running = name;
        return undefined;
      },
    });
    for (const { line } of everyUse().filter((u) => u.on === 'lab')) {
      for (const part of line.split('\n')) {
        running = ''; // what control flow reads, no command reads
        await engine.execute(part, { line: () => undefined });
      }
    }
    touched.delete('');
    for (const name of touched.keys()) {
      const found = allCommands.find((c) => c.name === name);
      if (!found) throw new StillframeError('internal', `${name} is no command`);
      if (!BY_OPTION.has(name)) expect(refuseCommand(found), name).toBeDefined();
    }
    // the watch sees something
    expect([...touched.keys()]).toEqual(expect.arrayContaining(['.writemem', '.logopen', '$$><', '.symfix']));
  });
});
