import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeOrders } from '../../dumps/orders/orders.ts';
import { makeSample } from '../../dumps/sample.ts';
import { json, ROOT, SAMPLE } from './run.ts';

describe('the bundled sample', () => {
  it('is what its generator makes', async () => {
    expect(Buffer.from(await makeSample()).equals(readFileSync(SAMPLE))).toBe(true);
  });

  it('answers the first questions of a session', async () => {
    const [threads, modules, peb, teb, stack] = await json(SAMPLE, '~;lm;!peb;!teb;k;q');
    expect(threads?.data).toMatchObject({
      threads: [
        { index: 0, id: '0xb5c', teb: '0x7ffdf000', current: true, event: true },
        { index: 1, id: '0xb60', teb: '0x7ffde000', name: 'price feed', current: false, event: false },
      ],
    });
    expect(modules?.data).toMatchObject({
      modules: [{ start: '0x400000', name: 'cart' }, { name: 'kernel32' }, { name: 'ntdll' }],
    });
    expect(peb?.text).toContain('CommandLine:  \'"C:\\Shop\\cart.exe" --customer 4711\'');
    expect(peb?.text).toContain('        SHOP_MODE=live');
    expect(teb?.text).toContain('LastErrorValue:       2');
    const frames = (stack?.data?.frames ?? []) as { function?: string; module?: string }[];
    expect(frames.map((f) => `${f.module}!${f.function}`)).toEqual([
      'cart!UpdateTotal',
      'cart!Checkout',
      'cart!main',
      'cart!mainCRTStartup',
      'kernel32!BaseThreadInitThunk',
      'ntdll!RtlpUserThreadStart',
      'ntdll!RtlUserThreadStart',
    ]);
  });
});

describe('the bundled dump of x64', () => {
  const path = join(ROOT, 'dumps/orders.dmp');

  it('is what its generator makes', () => {
    expect(Buffer.from(makeOrders()).equals(readFileSync(path))).toBe(true);
  });

  it('tells its story with the PDB beside it: names, lines and values as orders.cpp has them', async () => {
    const lines = readFileSync(join(ROOT, 'dumps/orders/orders.cpp'), 'utf8').split('\n');
    const lineWith = (text: string): number => lines.findIndex((l) => l.includes(text)) + 1;
    const [stack, , balance, analysis] = await json(
      path,
      'k;.frame 1;?? totals.sales.cents-totals.refunds.cents;!analyze;q',
    );
    const frames = (stack?.data?.frames ?? []) as {
      function?: string;
      inline: boolean;
      source?: { line: number };
    }[];
    expect(frames.map((f) => [f.function, f.inline, f.source?.line])).toEqual([
      ['shop::add', true, lineWith('order.kind == Kind::Sale')],
      ['shop::sum', false, lineWith('add(totals, *order)')],
      ['shop::Report::balance', false, lineWith('last = sum(')],
      ['run', false, lineWith('return report.balance')],
      ['start', false, lineWith('int result = run()')],
    ]);
    // three orders of the list have been counted
    expect(balance?.text).toContain(String(12900 - 450 + 1999));
    expect(analysis?.data).toMatchObject({
      blamed: { function: 'shop::add' },
      suspects: [{ kind: 'null dereference', certainty: 'certain' }],
    });
  });
});
