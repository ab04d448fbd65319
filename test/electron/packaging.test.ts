import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import afterPack, { FUSES, programOf } from '../../electron/afterPack.ts';
import { dumpsOf } from '../../electron/commandLine.ts';

const require = createRequire(import.meta.url);

/** electron-builder's own reader and validator of configurations; it has no types for them. */
interface Builder {
  getConfig(folder: string, file: string | null, from: null): Promise<Record<string, unknown>>;
  validateConfiguration(config: unknown, logger: { isEnabled: boolean; add(): void }): Promise<void>;
}
const builder = require('app-builder-lib/out/util/config/config.js') as Builder;
const logger = { isEnabled: false, add: () => undefined };

/** letters of a fuse that is off or on */
const [OFF, ON] = [0x30, 0x31];

describe('the desktop packages', () => {
  it("hold against electron-builder's own schema", async () => {
    const config = await builder.getConfig('.', 'electron-builder.yml', null);
    await expect(builder.validateConfiguration(config, logger)).resolves.toBeUndefined();
    const wrong = { ...config, fileAssociations: [{ extension: 'dmp' }] };
    await expect(builder.validateConfiguration(wrong, logger)).rejects.toThrow();
  });

  it('open dumps by a double click, on three systems', async () => {
    const config = await builder.getConfig('.', 'electron-builder.yml', null);
    const extensions = (config.fileAssociations as { ext: string }[]).map((a) => a.ext);
    expect(extensions).toEqual(['dmp', 'mdmp', 'hdmp']);
    for (const system of ['win', 'mac', 'linux']) expect(config[system]).toBeTruthy();
    const { main } = JSON.parse(readFileSync('package.json', 'utf8')) as { main: string };
    expect(main).toBe('dist/electron/main.js');
  });

  it('set the fuses of the program that each system has', () => {
    expect(FUSES[FuseV1Options.RunAsNode]).toBe(false);
    expect(FUSES[FuseV1Options.OnlyLoadAppFromAsar]).toBe(true);
    const packager = { appInfo: { productFilename: 'Stillframe' } };
    const programs = ['win32', 'darwin', 'linux'].map((electronPlatformName) =>
      programOf({ appOutDir: '/out', electronPlatformName, packager }).replaceAll('\\', '/'),
    );
    expect(programs).toEqual(['/out/Stillframe.exe', '/out/Stillframe.app', '/out/stillframe']);
  });

  it('have those fuses in the program itself', async () => {
    // what Electron's programs hold (docs/tutorial/fuses.md): a mark, a version, a count, a letter a fuse
    const wire = [
      Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
      Buffer.from([1, 9]),
      Buffer.from('011001101'),
    ];
    const appOutDir = mkdtempSync(join(tmpdir(), 'stillframe-'));
    try {
      const packed = {
        appOutDir,
        electronPlatformName: 'linux',
        packager: { appInfo: { productFilename: 'Stillframe' }, executableName: 'program' },
      };
      writeFileSync(programOf(packed), Buffer.concat([Buffer.alloc(100), ...wire, Buffer.alloc(100)]));
      await afterPack(packed);
      const found = await getCurrentFuseWire(programOf(packed));
      expect(found[FuseV1Options.RunAsNode]).toBe(OFF);
      expect(found[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(OFF);
      expect(found[FuseV1Options.EnableNodeCliInspectArguments]).toBe(OFF);
      expect(found[FuseV1Options.OnlyLoadAppFromAsar]).toBe(ON);
      expect(found[FuseV1Options.EnableEmbeddedAsarIntegrityValidation]).toBe(ON);
    } finally {
      rmSync(appOutDir, { recursive: true });
    }
  });

  it('take dumps and no switches from the command line', () => {
    expect(dumpsOf(['app.exe', '--flag', 'a.dmp'], '/home', true)).toEqual(['/home/a.dmp']);
    expect(dumpsOf(['electron', '.', '/x/b.dmp'], '/home', false)).toEqual(['/x/b.dmp']);
    // Chromium's own stand anywhere, those of a tool that starts the program before its folder
    const switches = ['electron', '--inspect=0', '--no-sandbox', '.', '--lang=de', 'c.dmp'];
    expect(dumpsOf(switches, '/home', false)).toEqual(['/home/c.dmp']);
  });
});
