import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire, wrap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { Script } from 'node:vm';

type Wrapper = (
  exports: unknown,
  require: (id: string) => unknown,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

/** Beside each file lies what V8 made of it when the package was built. */
const CACHE = '.cache';

/**
 * CommonJS files that come with the code V8 compiled them to: compiling anew takes as long as all else that opening a
 * dump does. V8 itself checks that a cache is of its version, of its flags and of a text of the same length; one that
 * does not fit, or none, costs time and nothing else.
 */
export class CompiledFiles {
  private readonly modules = new Map<string, { exports: unknown }>();
  private readonly scripts = new Map<string, Script>();

  /** Runs a file, once, and gives its exports. Other files of ours are loaded the same way, packages by Node. */
  require(path: string): unknown {
    const known = this.modules.get(path);
    if (known) return known.exports;
    const module: { exports: unknown } = { exports: {} };
    this.modules.set(path, module);
    const require = (id: string): unknown =>
      id.startsWith('.')
        ? this.require(resolve(dirname(path), id))
        : // making a `require` costs more than what it looks up
          (process.getBuiltinModule(id) ?? createRequire(path)(id));
    const run = this.compile(path).runInThisContext() as Wrapper;
    run.call(module.exports, module.exports, require, module, path, dirname(path));
    return module.exports;
  }

  /** Writes the code of all that was loaded, with the functions that ran meanwhile; gives the files whose it is. */
  writeCaches(): string[] {
    for (const [path, script] of this.scripts) writeFileSync(path + CACHE, script.createCachedData());
    return [...this.scripts.keys()];
  }

  /** Files whose cache was there and was refused. */
  get refused(): string[] {
    return [...this.scripts].filter(([, s]) => s.cachedDataRejected === true).map(([path]) => path);
  }

  private compile(path: string): Script {
    const script = new Script(wrap(readFileSync(path, 'latin1')), {
      filename: path,
      cachedData: readIfThere(path + CACHE),
    });
    this.scripts.set(path, script);
    return script;
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // what the warm-up did not use has none
    return undefined;
  }
}
