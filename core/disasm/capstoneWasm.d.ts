/** What we use of capstone-wasm: its package names no types for its ES module. */
declare module 'capstone-wasm' {
  export interface Insn {
    readonly address: number | bigint;
    readonly size: number;
    readonly mnemonic: string;
    readonly opStr: string;
  }
  export const Const: {
    readonly CS_ARCH_ARM: number;
    readonly CS_ARCH_ARM64: number;
    readonly CS_MODE_ARM: number;
    readonly CS_MODE_THUMB: number;
  };
  export class Capstone {
    constructor(architecture: number, mode: number);
    disasm(code: Uint8Array, options?: { address?: number | bigint; count?: number }): Insn[];
    setOption(option: number, value: number): number;
    close(): void;
  }
  export function loadCapstone(): Promise<void>;
}
