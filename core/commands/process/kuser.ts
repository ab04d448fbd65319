import { pointer } from '../../output/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import { readSharedUserData, type SharedUserData } from '../../process/index.ts';
import { command } from '../command.ts';
import { hexField, plainField, viewOf } from './views.ts';

interface Model {
  readonly page: SharedUserData;
  readonly width: 4 | 8;
}

export const kuser = command<Model>({
  name: '!kuser',
  tier: 'B',
  syntax: ['!kuser'],
  summary: 'Shows the page that the system shares with every process (KUSER_SHARED_DATA).',
  run: ({ session }) => {
    const page = readSharedUserData(viewOf(session));
    if (!page) throw new NotAvailable('The dump does not hold the shared user data page at 7ffe0000');
    return { page, width: session.machine.pointerSize };
  },
  print: ({ page, width }, out) => {
    const hex = (value: number | null | undefined): string =>
      typeof value === 'number' ? value.toString(16) : '????';
    const ticks =
      typeof page.TickCountQuad === 'bigint'
        ? page.TickCountQuad.toString(16).padStart(width * 2, '0')
        : '????';
    out.line('_KUSER_SHARED_DATA at ', pointer(page.address, page.address.toString(16)));
    out.line(
      `TickCount:    ${hex(page.TickCountMultiplier)} * ${ticks} (${uptime(page.uptimeMilliseconds)})`,
    );
    out.line(`TimeZone Id: ${hex(page.TimeZoneId)}`);
    out.line(`ImageNumber Range: [${hex(page.ImageNumberLow)} .. ${hex(page.ImageNumberHigh)}]`);
    out.line(`Crypto Exponent: ${hex(page.CryptoExponent)}`);
    out.line(`SystemRoot: '${page.NtSystemRoot ?? '< Name not readable >'}'`);
  },
  data: ({ page }) => ({
    address: hexField(page.address),
    TickCountMultiplier: hexField(page.TickCountMultiplier),
    TickCountQuad: hexField(page.TickCountQuad),
    TimeZoneId: plainField(page.TimeZoneId),
    ImageNumberLow: hexField(page.ImageNumberLow),
    ImageNumberHigh: hexField(page.ImageNumberHigh),
    CryptoExponent: plainField(page.CryptoExponent),
    NtSystemRoot: plainField(page.NtSystemRoot),
    NtMajorVersion: plainField(page.NtMajorVersion),
    NtMinorVersion: plainField(page.NtMinorVersion),
    NtBuildNumber: plainField(page.NtBuildNumber),
    NumberOfPhysicalPages: plainField(page.NumberOfPhysicalPages),
    uptimeMilliseconds: page.uptimeMilliseconds,
  }),
});

/** `0:05:04:21.406`: days, hours, minutes, seconds. */
function uptime(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return 'unknown';
  const two = (n: number): string => String(n).padStart(2, '0');
  const seconds = Math.floor(milliseconds / 1000);
  const fraction = String(milliseconds % 1000).padStart(3, '0');
  const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${Math.floor(seconds / 86400)}:${clock}.${fraction}`;
}
