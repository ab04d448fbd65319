/** A key of pointer size as two halves, each a signed 32-bit number: what headers are exclusive-ored with. */
export interface CodeKey {
  readonly low: number;
  /** 0 for 32-bit processes */
  readonly high: number;
}

const HIGH = 0x1_0000_0000;

/** The upper half of an address, as a signed 32-bit number. The lower half is `address | 0`, whatever its size. */
export function upper(address: number): number {
  return Math.floor(address / HIGH) | 0;
}

/** An address from its halves; NaN where it is none (2^53 or above), which no reader takes for memory. */
export function fromHalves(low: number, high: number): number {
  const top = high >>> 0;
  return top < 0x20_0000 ? top * HIGH + (low >>> 0) : Number.NaN;
}

export function sameKey(a: CodeKey, b: CodeKey): boolean {
  return a.low === b.low && a.high === b.high;
}

export function keyValue(key: CodeKey): bigint {
  return (BigInt(key.high >>> 0) << 32n) | BigInt(key.low >>> 0);
}
