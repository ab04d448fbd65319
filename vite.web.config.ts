import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { icedInBrowser } from './scripts/icedInBrowser.ts';
import { notices } from './scripts/notices.ts';

const { worker, page } = notices();

/** Bundles the page and its worker into dist/web: static files that any server, or none but a file picker, can serve. */
export default defineConfig({
  root: 'renderer',
  // relative: the folder may be served from anywhere
  base: './',
  plugins: [react(), page],
  worker: { format: 'es', plugins: () => [icedInBrowser(), worker] },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    // the page's policy lets it fetch files of its own, not data: addresses
    assetsInlineLimit: 0,
    // the disassembler and Windows' layouts are large and come when needed
    chunkSizeWarningLimit: 4000,
  },
});
