import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dumpsOf } from '../../electron/commandLine.ts';

const require = createRequire(import.meta.url);

/** electron-builder's own reader and validator of configurations; it has no types for them. */
interface Builder {
  getConfig(folder: string, file: string | null, from: null): Promise<Record<string, unknown>>;
  validateConfiguration(config: unknown, logger: { isEnabled: boolean; add(): void }): Promise<void>;
}
const builder = require('app-builder-lib/out/util/config/config.js') as Builder;
const logger = { isEnabled: false, add: () => undefined };

describe('the desktop packages', () => {
  it("hold against electron-builder's own schema", async () => {
    const config = await builder.getConfig('.', 'electron-builder.yml', null);
    await expect(builder.validateConfiguration(config, logger)).resolves.toBeUndefined();
    const wrong = { ...config, fileAssociations: [{ extension: 'dmp' }] };
    await expect(builder.validateConfiguration(wrong, logger)).rejects.toThrow();
  });

  it('open dumps by a double click, on three systems', async () => {
    const config = await builder.getConfig('.', 'electron-builder.yml', null);
    const associations = config.fileAssociations as { ext: string; mimeType?: string }[];
    const extensions = associations.map((a) => a.ext);
    // Linux' desktops know types alone
    expect(associations.filter((a) => a.mimeType === undefined)).toEqual([]);
    expect(extensions).toEqual(['dmp', 'mdmp', 'hdmp']);
    for (const system of ['win', 'mac', 'linux']) expect(config[system]).toBeTruthy();
    const { main } = JSON.parse(readFileSync('package.json', 'utf8')) as { main: string };
    expect(main).toBe('dist/electron/main.js');
  });

  it('take dumps and no switches from the command line', () => {
    expect(dumpsOf(['app.exe', '--flag', 'a.dmp'], '/home', true)).toEqual(['/home/a.dmp']);
    expect(dumpsOf(['electron', '.', '/x/b.dmp'], '/home', false)).toEqual(['/x/b.dmp']);
    expect(dumpsOf(['app', 'file:///x/a%20b.dmp'], '/home', true)).toEqual(['/x/a b.dmp']);
    // Chromium's own stand anywhere, those of a tool that starts the program before its folder
    const switches = ['electron', '--inspect=0', '--no-sandbox', '.', '--lang=de', 'c.dmp'];
    expect(dumpsOf(switches, '/home', false)).toEqual(['/home/c.dmp']);
  });
});
