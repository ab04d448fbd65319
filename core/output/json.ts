/** What a command gives as `data`: absent where unknown, addresses and 64-bit values as `0x…` strings (cli.md). */
export type JsonValue = string | number | boolean | null | undefined | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
