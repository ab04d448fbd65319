import type { VariableLocation } from '../../symbols/index.ts';

/**
 * How a variable is reached from the frame's registers, as dv /V has it: `@ebp-0x08`, `@rsp+0x0030`, `@rbx`. Empty
 * where no register takes part.
 */
export function locationText(locations: readonly VariableLocation[], pointerSize: 4 | 8): string {
  return locations.map((location) => oneLocation(location, pointerSize)).join(',');
}

function oneLocation(location: VariableLocation, pointerSize: 4 | 8): string {
  switch (location.kind) {
    case 'register':
      return `@${location.registers.join(':')}`;
    case 'register relative':
      return relative(`@${location.register}`, location.offset, pointerSize);
    case 'frame relative':
      return relative('@vframe', location.offset, pointerSize);
    case 'static':
    case 'thread':
    case 'constant':
      return '';
  }
}

function relative(base: string, offset: number, pointerSize: 4 | 8): string {
  const digits = Math.abs(offset)
    .toString(16)
    .padStart(pointerSize === 4 ? 2 : 4, '0');
  return `${base}${offset < 0 ? '-' : '+'}0x${digits}`;
}
