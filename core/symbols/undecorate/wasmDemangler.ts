import { BadFormat } from '../../errors/index.ts';
import { boundMemory } from './boundMemory.ts';
import type { Demangler } from './demangler.ts';

/**
 * A short name can stand for a text of gigabytes: every substitution may double it. The library has no limit, so its
 * memory gets one, 16 MiB in pages of 64 KiB; a name that needs more traps, and is left as it is.
 */
const MEMORY_PAGES = 256;
/** A file full of such names must not hold a command up for long: after so many traps all stay as they are. */
const TRAPS = 8;

/** What the module exports, as wasm-bindgen lays it out: texts are UTF-8 runs in its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  /** Takes the run over and gives address and length of another. */
  demangle_any(address: number, length: number): readonly [number, number];
  __wbindgen_malloc(length: number, alignment: number): number;
  __wbindgen_free(address: number, length: number, alignment: number): void;
  __wbindgen_start(): void;
}

/** The demangler of the Firefox profiler (gecko-profiler-demangle) from the bytes of its `index_bg.wasm`. */
export function createWasmDemangler(wasm: BufferSource & Uint8Array): Demangler {
  const module = new WebAssembly.Module(boundMemory(wasm, MEMORY_PAGES));
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let exports = instantiate(module);
  let traps = 0;

  const call = (name: string): string => {
    const bytes = encoder.encode(name);
    const at = exports.__wbindgen_malloc(bytes.length, 1) >>> 0;
    new Uint8Array(exports.memory.buffer).set(bytes, at);
    const [address, length] = exports.demangle_any(at, bytes.length);
    const text = decoder.decode(new Uint8Array(exports.memory.buffer, address >>> 0, length));
    exports.__wbindgen_free(address, length, 1);
    return text;
  };

  return (name) => {
    if (traps >= TRAPS) return undefined;
    try {
      const text = call(name);
      // what it cannot read it gives back, at times with an underscore less
      return text === name || `_${text}` === name ? undefined : text;
    } catch (e) {
      if (!(e instanceof WebAssembly.RuntimeError)) throw e;
      traps++;
      exports = instantiate(module);
      return undefined;
    }
  };
}

function instantiate(module: WebAssembly.Module): Exports {
  // the one import fills a table for JavaScript objects, of which this module handles none
  const imports = { './index_bg.js': { __wbindgen_init_externref_table: () => undefined } };
  const { exports } = new WebAssembly.Instance(module, imports);
  if (!isDemangler(exports)) throw new BadFormat('the demangler module exports something else');
  exports.__wbindgen_start();
  return exports;
}

function isDemangler(exports: object): exports is Exports {
  return 'demangle_any' in exports && '__wbindgen_malloc' in exports && 'memory' in exports;
}
