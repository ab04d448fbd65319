import { createRequire } from 'node:module';
import { defineConfig, type Plugin } from 'vite';

/** Packages of CommonJS that are large: Node's import goes through all their text to find names, require does not. */
const LARGE_COMMONJS = ['iced-x86'];

/** Takes large CommonJS packages with require: half the time of the first disassembled line. */
function requireLarge(): Plugin {
  const PREFIX = '\0require:';
  return {
    name: 'require-large-commonjs',
    enforce: 'pre',
    resolveId: (id) => (LARGE_COMMONJS.includes(id) ? PREFIX + id : undefined),
    load: (id) => {
      if (!id.startsWith(PREFIX)) return undefined;
      const name = id.slice(PREFIX.length);
      const names = Object.keys(createRequire(import.meta.url)(name) as object).filter(
        (n) => !n.startsWith('__'),
      );
      return [
        `import { createRequire } from 'node:module';`,
        `const loaded = createRequire(import.meta.url)(${JSON.stringify(name)});`,
        `export const { ${names.join(', ')} } = loaded;`,
      ].join('\n');
    },
  };
}

/** Bundles the command line into dist/cli; heavy parts (disassemblers, layouts) stay in chunks of their own. */
export default defineConfig({
  plugins: [requireLarge()],
  build: {
    ssr: true,
    outDir: 'dist/cli',
    target: 'node20',
    minify: false,
    sourcemap: false,
    rollupOptions: {
      input: { stillframe: 'cli/main.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
