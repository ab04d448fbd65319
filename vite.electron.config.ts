import { defineConfig } from 'vite';

/** Bundles main and the engine's process into dist/electron; packages stay where they are. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'dist/electron',
    emptyOutDir: true,
    target: 'node22',
    minify: false,
    rollupOptions: {
      input: {
        main: 'electron/main.ts',
        engineProcess: 'electron/engineProcess.ts',
      },
      external: ['electron'],
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
