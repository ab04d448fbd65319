import { join, resolve } from 'node:path';
import { CompiledFiles } from './compiledFiles.ts';

/**
 * Run by the build: uses the program as people do, then keeps the code that V8 made of it. What is used here starts
 * fast; all else is compiled when it is needed.
 */
const [dump = '', commands = ''] = process.argv.slice(2);
process.argv.splice(2, Infinity, '-z', resolve(dump), '-c', commands);
const files = new CompiledFiles();
process.on('exit', () => files.writeCaches());
files.require(join(import.meta.dirname, 'main.js'));
