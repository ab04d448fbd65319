import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allCommands } from '../../../core/engine/index.ts';
import { Registry } from '../../../core/engine/registry.ts';
import { StillframeError } from '../../../core/errors/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { EVIDENCE, type Form, manualForms, TYPED } from './forms.ts';

const registry = new Registry(allCommands);

/** The code that a form's first command has, or why it has none. */
function handlerOf({ name }: Form): 'found' | string {
  try {
    registry.recognise(TYPED[name] ?? name);
    return 'found';
  } catch (e) {
    if (e instanceof StillframeError) return e.code;
    throw e;
  }
}

/** All that tests say, but for this folder's own lists. */
function testTexts(): readonly string[] {
  const root = resolve(import.meta.dirname, '../..');
  const folders = ['commands', 'cli', 'engine', 'eval', 'script', 'symbols', 'docs', 'minidump'];
  return folders
    .flatMap((folder) => filesBelow(join(root, folder)))
    .map((file) => readFileSync(file, 'utf8'));
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.endsWith('manual'))
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (e) {
    // a folder that is not there yet has no tests
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw e;
  }
}

/** The form where a command line begins: behind a quote, a separator or the start of a line in a script. */
function typedPattern(name: string): RegExp {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ /g, '\\s+');
  return new RegExp(`(?:['"\`;]|^|>\\s|\\\\n|\\$\\{\\w+\\})\\s*${escaped}(?![\\w!])`, 'm');
}

describe.skipIf(!hasCorpus)('the manual', () => {
  const { commands, notApplicable } = hasCorpus ? manualForms() : { commands: [], notApplicable: [] };
  const wanted = commands.filter(({ tier }) => tier === 'A' || tier === 'B');

  it('has its forms of tiers A and B in the registry', () => {
    const missing = wanted
      .filter((form) => handlerOf(form) !== 'found')
      .map(({ name, tier }) => `${tier} ${name}`);
    expect(missing).toEqual([]);
  });

  it('has a test for the output of each', () => {
    const texts = testTexts();
    const untested = wanted
      .filter(({ name }) => {
        const pattern = EVIDENCE[name] ?? typedPattern(name);
        return !texts.some((text) => pattern.test(text));
      })
      .map(({ name, tier }) => `${tier} ${name}`);
    expect(untested).toEqual([]);
  });

  it('has its rare forms answered: by a command, or by a sentence that says what they would need', () => {
    const silent = commands
      .filter(({ tier, name }) => tier === 'C' && handlerOf(forms(name)) === 'unknown-command')
      .map(({ name }) => name);
    expect(silent).toEqual([]);
  });

  it('has forms that do not apply to a dump refused with a reason', () => {
    const bad = [...commands.filter(({ tier }) => tier === 'X'), ...notApplicable]
      .filter((form) => !['found', 'not-applicable'].includes(handlerOf(form)))
      .map(({ name }) => name);
    expect(bad).toEqual([]);
  });
});

function forms(name: string): Form {
  return { name, tier: 'C', syntax: [] };
}
