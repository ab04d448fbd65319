import { visible } from '../../core/protocol/index.ts';

/** Bytes of UTF-8: file systems take 255, and a browser puts ` (1)` behind a name that is there already. */
const MAX_BYTES = 200;
/** What Windows has in no name (Naming Files, Paths, and Namespaces), path separators of all systems among them; halves of characters. */
const FORBIDDEN = /[\t<>:"/\\|?*\p{Surrogate}]/gu;
/** Devices, with any extension: `nul.log` is one too. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?= *(?:\.|$))/i;

/** A name that a file may have on every system, for one that is made of a dump's name. Its extension is kept. */
export function safeFileName(name: string): string {
  const plain = visible(name).replaceAll(FORBIDDEN, '_');
  const extension = /\.[a-z0-9]{1,8}$/i.exec(plain)?.[0] ?? '';
  // Windows drops dots and spaces at the end; a dot at the start hides the file elsewhere
  const stem = cut(plain.slice(0, plain.length - extension.length), MAX_BYTES - extension.length)
    .replace(/^[. ]+/, '')
    .replace(/[. ]+$/, '');
  return `${stem === '' ? 'stillframe' : stem.replace(DEVICE, '_$&')}${extension}`;
}

/** As many whole characters as fit into some bytes. */
function cut(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
