#!/usr/bin/env node
import { join } from 'node:path';
import { CompiledFiles } from './compiledFiles.ts';

// all that runs without compiled code is this file and the one that reads it
new CompiledFiles().require(join(import.meta.dirname, 'main.js'));
