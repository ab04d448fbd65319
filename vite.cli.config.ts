import { defineConfig } from 'vite';

/** Bundles the command line into dist/cli; heavy parts (disassemblers, layouts) stay in chunks of their own. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'dist/cli',
    target: 'node20',
    minify: false,
    sourcemap: false,
    rollupOptions: {
      input: { stillframe: 'cli/main.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', banner: '' },
    },
  },
});
