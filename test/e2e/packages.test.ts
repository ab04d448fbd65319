import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain } from '../../core/output/index.ts';
import { EngineClient, unpackLines, type PackedLines } from '../../core/protocol/index.ts';
import { DriverChannel } from './electron/driverPorts.ts';
import { DriverUtility } from './electron/driverUtility.ts';

const require = createRequire(import.meta.url);
/** electron-builder's own reader of its archives */
const asar = createRequire(require.resolve('app-builder-lib/package.json'))('@electron/asar') as {
  extractAll(archive: string, folder: string): void;
};

/** letters of a fuse that is off or on */
const [OFF, ON] = [0x30, 0x31];

/** What electron-builder makes of this program, with a stand-in for Electron's own files, which few machines have. */
describe('the packed desktop program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-packed-'));
  const packed = join(folder, 'out/linux-unpacked');
  const app = join(folder, 'app');

  beforeAll(() => {
    const electron = join(folder, 'electron');
    mkdirSync(join(electron, 'resources'), { recursive: true });
    // what Electron's programs hold (docs/tutorial/fuses.md): a mark, a version, a count, a letter a fuse
    const wire = [
      Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
      Buffer.from([1, 9]),
      Buffer.from('011001101'),
    ];
    writeFileSync(join(electron, 'electron'), Buffer.concat([Buffer.alloc(100), ...wire, Buffer.alloc(100)]));
    chmodSync(join(electron, 'electron'), 0o755);
    for (const file of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'version'])
      writeFileSync(join(electron, file), '');
    const cli = require.resolve('electron-builder/cli.js');
    const settings = { electronDist: electron, 'directories.output': join(folder, 'out') };
    const given = Object.entries(settings).map(([key, value]) => `-c.${key}=${value}`);
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, '--linux', '--dir', ...given], {
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
    asar.extractAll(join(packed, 'resources/app.asar'), app);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has its fuses set', async () => {
    const found = await getCurrentFuseWire(join(packed, 'stillframe-app'));
    expect(found[FuseV1Options.RunAsNode]).toBe(OFF);
    expect(found[FuseV1Options.EnableCookieEncryption]).toBe(ON);
    expect(found[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(OFF);
    expect(found[FuseV1Options.EnableNodeCliInspectArguments]).toBe(OFF);
    expect(found[FuseV1Options.EnableEmbeddedAsarIntegrityValidation]).toBe(ON);
    expect(found[FuseV1Options.OnlyLoadAppFromAsar]).toBe(ON);
    expect(found[FuseV1Options.GrantFileProtocolExtraPrivileges]).toBe(OFF);
  });

  it('holds all packages that its programs import, and none of the command line', () => {
    const programs = join(app, 'dist/electron');
    const files = readdirSync(programs, { recursive: true, encoding: 'utf8' }).filter((f) =>
      f.endsWith('.js'),
    );
    const imported = new Set(
      files.flatMap((file) =>
        [
          ...readFileSync(join(programs, file), 'utf8').matchAll(
            /^import [^"\n]*"([^".\n][^"\n]*)"|import\("([^".\n][^"\n]*)"/gm,
          ),
        ].map(([, named, later]) => named ?? later ?? ''),
      ),
    );
    const packages = [...imported].filter((name) => !/^(?:node:|electron$)/.test(name));
    expect(packages).toEqual(
      expect.arrayContaining(['iced-x86', 'yauzl', '7z-wasm', 'capstone-wasm', 'zod']),
    );
    const inside = createRequire(join(programs, 'main.js'));
    // asked for by its place and not imported
    packages.push('gecko-profiler-demangle/index_bg.wasm');
    for (const name of packages) expect(inside.resolve(name), name).toContain(app);
    for (const name of ['express', '@modelcontextprotocol', 'electron', 'vite'])
      expect(existsSync(join(app, 'node_modules', name)), name).toBe(false);
  });

  it('says whose work is in it', () => {
    expect(readFileSync(join(app, 'LICENSE'), 'utf8')).toBe(readFileSync('LICENSE', 'utf8'));
    const notices = readFileSync(join(app, 'dist/web/notices.txt'), 'utf8');
    for (const name of ['JetBrains Mono', 'Capstone Engine', 'iced-x86', 'SecureAuth Corporation', 'react '])
      expect(notices).toContain(name);
    for (const name of ['7z-wasm/License.txt', 'zod/LICENSE', 'yauzl/LICENSE'])
      expect(existsSync(join(app, 'node_modules', name)), name).toBe(true);
  });

  it('opens the dump that comes with it, with its symbols, in its engine', async () => {
    const dump = join(packed, 'resources/dumps/runtime-test-md.dmp');
    const engine = new DriverUtility(resolve(app, 'dist/electron/engineProcess.js'), [], 'engine');
    const { port1, port2 } = new DriverChannel();
    const id = crypto.randomUUID();
    engine.postMessage({ id, path: dump });
    engine.postMessage({}, [port1]);
    const client = new EngineClient({
      send: (message) => port2.postMessage(message),
      listen: (heard) => {
        port2.on('message', ({ data }: { data: unknown }) => heard(data));
        port2.start();
      },
      close: () => port2.close(),
    });
    try {
      await client.request('open', { source: { id } });
      const lines: string[] = [];
      const heard = {
        lines: (packed: PackedLines) =>
          void lines.push(...unpackLines(packed).map(({ line }) => plain(line))),
      };
      await client.request('execute', { line: 'k; u @$ip L2' }, heard);
      expect(lines.join('\n')).toContain('RuntimeTest!wmain');
      expect(lines.at(-1)).toMatch(/^[0-9a-f]{8} [0-9a-f]+ +[a-z]+/);
    } finally {
      client.close();
      engine.kill();
    }
  });
});
