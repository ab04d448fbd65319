import { describe, expect, it } from 'vitest';
import type { MemoryPage } from '../../core/protocol/pictures.ts';
import { PAGE_BYTES, PageStore } from '../../renderer/memory/pageStore.ts';

const STEP = BigInt(PAGE_BYTES);

/** A source that answers when told to. */
class Source {
  readonly asked: bigint[] = [];
  private readonly open: { readonly start: bigint; settle(page: MemoryPage | undefined): void }[] = [];

  readonly fetch = (start: bigint, length: number): Promise<MemoryPage> => {
    this.asked.push(start);
    return new Promise((resolve, reject) => {
      const settle = (page: MemoryPage | undefined): void =>
        page ? resolve(page) : reject(new Error('no such page'));
      this.open.push({ start, settle });
      this.lengths.set(start, length);
    });
  };
  readonly lengths = new Map<bigint, number>();

  async answer(fails = false): Promise<void> {
    for (const { start, settle } of this.open.splice(0)) {
      settle(fails ? undefined : { start, bytes: new Uint8Array(this.lengths.get(start) ?? 0).fill(1) });
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

function seen(page: number): { start: bigint; end: bigint } {
  return { start: STEP * BigInt(page) + 5n, end: STEP * BigInt(page) + 500n };
}

describe('the pages of a memory pane', () => {
  it('are asked for ahead of the way that a person scrolls', () => {
    const down = new Source();
    new PageStore(down.fetch, 1n << 64n, () => undefined).want([seen(100)], 1);
    expect(down.asked.map((a) => Number(a / STEP))).toEqual([100, 101, 99, 102, 103, 104]);
    const up = new Source();
    new PageStore(up.fetch, 1n << 64n, () => undefined).want([seen(100)], -1);
    expect(up.asked.map((a) => Number(a / STEP))).toEqual([100, 101, 99, 98, 97, 96]);
  });

  it('are forgotten when they have been scrolled past before their turn came', async () => {
    const source = new Source();
    const store = new PageStore(source.fetch, 1n << 64n, () => undefined);
    for (let page = 0; page < 1000; page += 10) store.want([seen(page)], 1);
    expect(source.asked.length).toBeLessThanOrEqual(8);
    await source.answer();
    expect(source.asked).toContain(STEP * 990n);
    expect(source.asked).not.toContain(STEP * 500n);
  });

  it('are not asked for twice, and one that cannot be had is not asked for again', async () => {
    const source = new Source();
    let changes = 0;
    const store = new PageStore(source.fetch, 1n << 64n, () => changes++);
    store.want([seen(7)], 0);
    store.want([seen(7)], 0);
    await source.answer(true);
    await source.answer(true);
    store.want([seen(7)], 0);
    expect(source.asked).toHaveLength(9);
    expect(new Set(source.asked).size).toBe(9);
    // whoever waits for one is told that it does not come
    expect(changes).toBe(9);
    expect(store.page(seen(7).start)).toBeUndefined();
  });

  it('end with the address space, and are bounded', async () => {
    const source = new Source();
    const end = (1n << 64n) - 0x1000n;
    const store = new PageStore(source.fetch, end, () => undefined);
    store.want([{ start: end - 16n, end }], 1);
    expect(source.lengths.get(((end - 1n) / STEP) * STEP)).toBe(PAGE_BYTES - 0x1000);
    expect(source.asked.every((start) => start < end)).toBe(true);
    for (let page = 0; page < 700; page += 4) {
      store.want([seen(page)], 0);
      await source.answer();
    }
    expect(store.page(seen(0).start)).toBeUndefined();
    expect(store.page(seen(696).start)).toBeDefined();
  });
});
