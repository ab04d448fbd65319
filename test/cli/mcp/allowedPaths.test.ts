import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AllowedPaths } from '../../../cli/mcp/allowedPaths.ts';

describe('the files that a client may have opened', () => {
  let base = '';
  let allowed = '';
  const put = (...names: readonly string[]): string => {
    const path = join(base, ...names);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '');
    return path;
  };
  beforeAll(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'stillframe-allowed-')));
    put('dumps', 'a.dmp');
    put('dumps', '..2026_11_28', 'b.dmp');
    put('dumps-of-others', 'c.dmp');
    put('secret.dmp');
    allowed = join(base, 'dumps');
    symlinkSync(join(base, 'secret.dmp'), join(allowed, 'link.dmp'));
  });
  afterAll(() => rmSync(base, { recursive: true }));

  it('lie within its folders, whatever their names begin with', () => {
    const paths = new AllowedPaths([allowed, join(base, 'nowhere')]);
    for (const name of ['a.dmp', '..2026_11_28/b.dmp'])
      expect(paths.check(join(allowed, name))).toBe(join(allowed, name));
    expect(new AllowedPaths([join(allowed, 'a.dmp')]).check(join(allowed, 'a.dmp'))).toBe(
      join(allowed, 'a.dmp'),
    );
  });

  it.each(['link.dmp', '../secret.dmp', '../dumps-of-others/c.dmp', '..', 'absent.dmp'])(
    'are not %s',
    (name) => {
      expect(() => new AllowedPaths([allowed]).check(join(allowed, name))).toThrow(
        'no such file among those',
      );
    },
  );
});
