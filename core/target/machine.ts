/** The processor views that a dump can have: its own, and for WOW64 the 32-bit one as well. */
export type MachineKind = 'x86' | 'x64' | 'arm64' | 'arm';

export interface Machine {
  readonly kind: MachineKind;
  readonly pointerSize: 4 | 8;
  /** IMAGE_FILE_MACHINE_* of its images */
  readonly imageMachine: number;
  /** what `.effmach` prints after "Effective machine:" */
  readonly effmach: string;
}

export const MACHINES: Readonly<Record<MachineKind, Machine>> = {
  x86: { kind: 'x86', pointerSize: 4, imageMachine: 0x14c, effmach: 'x86 compatible (x86)' },
  x64: { kind: 'x64', pointerSize: 8, imageMachine: 0x8664, effmach: 'x64 (AMD64)' },
  arm64: { kind: 'arm64', pointerSize: 8, imageMachine: 0xaa64, effmach: 'ARM 64-bit (AArch64) (arm64)' },
  arm: { kind: 'arm', pointerSize: 4, imageMachine: 0x1c4, effmach: 'ARM (NT) (arm)' },
};
