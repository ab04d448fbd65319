import { type Address, readUtf16 } from '../target/index.ts';
import { type EnvironmentBlock, readEnvironment } from './environment.ts';
import { field, type Field, type ProcessView, readable, smallField, stringField } from './processView.ts';

/** `_RTL_USER_PROCESS_PARAMETERS`, strings resolved. */
export interface ProcessParameters {
  readonly address: Address;
  readonly Flags: Field<number>;
  readonly ConsoleHandle: Field;
  readonly StandardInput: Field;
  readonly StandardOutput: Field;
  readonly StandardError: Field;
  /** of `CurrentDirectory.DosPath` */
  readonly CurrentDirectory: Field<string>;
  readonly DllPath: Field<string>;
  readonly ImagePathName: Field<string>;
  readonly CommandLine: Field<string>;
  readonly WindowTitle: Field<string>;
  readonly DesktopInfo: Field<string>;
  readonly ShellInfo: Field<string>;
  /** address of the environment block */
  readonly Environment: Field;
  readonly EnvironmentSize: Field;
  readonly environment?: EnvironmentBlock;
}

/**
 * RTL_USER_PROC_PARAMS_NORMALIZED: the strings hold pointers. Until the loader has normalized them they hold offsets
 * from the structure (phnt, ntrtl.h); a dump of a process that is being created shows that.
 */
const NORMALIZED = 1;

/** The process parameters at an address. Fields that the dump does not hold are null. */
export function readProcessParameters(view: ProcessView, address: Address): ProcessParameters {
  const { memory } = view.target;
  const struct = view.layouts.at('_RTL_USER_PROCESS_PARAMETERS', memory, address);
  const flags = smallField(struct, 'Flags');
  const text = (path: string): Field<string> => {
    if (typeof flags !== 'number' || flags & NORMALIZED) return stringField(struct, path);
    const offset = field(struct, `${path}.Buffer`);
    const length = smallField(struct, `${path}.Length`);
    if (typeof offset !== 'bigint' || typeof length !== 'number')
      return offset === undefined ? undefined : null;
    return offset < 0x10000n ? relativeText(view, address + offset, length) : stringField(struct, path);
  };
  const environment = field(struct, 'Environment');
  const size = field(struct, 'EnvironmentSize');
  return {
    address,
    Flags: flags,
    ConsoleHandle: field(struct, 'ConsoleHandle'),
    StandardInput: field(struct, 'StandardInput'),
    StandardOutput: field(struct, 'StandardOutput'),
    StandardError: field(struct, 'StandardError'),
    CurrentDirectory: text('CurrentDirectory.DosPath'),
    DllPath: text('DllPath'),
    ImagePathName: text('ImagePathName'),
    CommandLine: text('CommandLine'),
    WindowTitle: text('WindowTitle'),
    DesktopInfo: text('DesktopInfo'),
    ShellInfo: text('ShellInfo'),
    Environment: environment,
    EnvironmentSize: size,
    environment: environment ? readEnvironment(memory, environment, size ?? 0n) : undefined,
  };
}

function relativeText(view: ProcessView, address: Address, length: number): Field<string> {
  return readable(() => readUtf16(view.target.memory, address, length));
}
