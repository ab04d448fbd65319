import type { ErrorText } from '../../process/index.ts';

/**
 * `(Win32) 0x2 (2) - The system cannot find the file specified.` Zero has no prefix; a status has its decimal form
 * where `decimal` says so, as !error prints it and !gle does not.
 */
export function formatError({ kind, code, text }: ErrorText, decimal: boolean): string {
  const hex = code === 0 ? '0' : `0x${code.toString(16)}`;
  const number = decimal || kind !== 'NTSTATUS' ? `${hex} (${code})` : hex;
  return `(${kind}) ${number} - ${text ?? '<Unable to get error code text>'}`;
}

/** An error in JSON. */
export function errorData({ kind, code, name, text }: ErrorText) {
  return { kind, code: `0x${code.toString(16)}`, value: code, name, text };
}
