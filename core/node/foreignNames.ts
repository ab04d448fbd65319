import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createWasmDemangler, provideDemangler } from '../symbols/index.ts';

/** Lets Itanium and Rust names be undecorated: the library's WebAssembly is read with the first such name. */
export function provideForeignNames(): void {
  provideDemangler(() => {
    const path = createRequire(import.meta.url).resolve('gecko-profiler-demangle/index_bg.wasm');
    return createWasmDemangler(readFileSync(path));
  });
}
