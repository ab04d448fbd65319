import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { codeCache } from './scripts/codeCache.ts';
import { lazyCommands } from './scripts/lazyCommands.ts';
import { startChunk } from './scripts/startChunk.ts';

/** Packages that start-up or every session needs; all others stay in node_modules and are loaded when they are used. */
const BUNDLED = ['@noble/hashes', 'fflate', 'fzstd', 'iced-x86', 'lru-cache', 'yargs-parser'];

/** What the bundle needs beside its code: iced's WebAssembly, and word that the files are CommonJS. */
function companions(): Plugin {
  return {
    name: 'companions',
    generateBundle() {
      const wasm = createRequire(import.meta.url).resolve('iced-x86/iced_x86_bg.wasm');
      this.emitFile({ type: 'asset', fileName: 'chunks/iced_x86_bg.wasm', source: readFileSync(wasm) });
      this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "commonjs" }\n' });
    },
  };
}

/** cli/compiledFiles.ts reads the files as single bytes: a string of them takes half the memory and time. */
function asciiOnly(): Plugin {
  return {
    name: 'ascii-only',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        file.code = file.code.replace(
          /[^\0-\x7f]/g,
          (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
      }
    },
  };
}

/**
 * Bundles the command line into dist/cli. It is CommonJS, for which V8's code can be kept beside it; command families,
 * disassemblers and layouts are in chunks of their own.
 */
export default defineConfig({
  plugins: [lazyCommands(), asciiOnly(), companions(), codeCache()],
  ssr: { noExternal: BUNDLED },
  // for `performance` Node loads perf_hooks, which takes as long as reading a PDB; milliseconds are enough here
  define: { performance: 'Date' },
  build: {
    // the packages in the bundle ask for their notices beside it
    license: { fileName: 'licenses.md' },
    ssr: true,
    outDir: 'dist/cli',
    target: 'node20',
    // less text to read at each start; V8 asks for it beside its cache
    minify: true,
    sourcemap: false,
    rollupOptions: {
      input: {
        stillframe: 'cli/stillframe.ts',
        main: 'cli/main.ts',
        warmUp: 'cli/warmUp.ts',
        library: 'cli/library/library.ts',
      },
      output: {
        format: 'cjs',
        // import() in code that V8 took from its cache fails in Node 20
        dynamicImportInCjs: false,
        codeSplitting: {
          groups: [{ name: startChunk(join(import.meta.dirname, 'cli/debug.ts')) }],
        },
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
      },
    },
  },
});
