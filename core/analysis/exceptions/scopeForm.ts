import { readStruct, readU32, tryRead, type Address, type Module, type Target } from '../../target/index.ts';
import type { ExceptionRegistration, ScopeForm } from '../../process/index.ts';

/** levels deeper than try blocks nest are no levels */
const MAX_LEVEL = 256;
/** "no cookie" in an EH4 scope table; the outermost level of the fourth form */
const NONE_4 = -2;
const OUTERMOST_3 = -1;
/** Cookies lie within a frame, below its pointer. */
const LARGEST_FRAME = 0x100000;

/**
 * Which of Microsoft's frame handlers a registration belongs to, by the data behind it, where no symbol names the
 * handler: the address of a scope table in the handler's image, as it is or hidden with the image's security cookie,
 * and a level whose entries lead outwards to code of that image. Undefined where nothing of that is there.
 */
export function scopeFormOfData(target: Target, record: ExceptionRegistration): ScopeForm | undefined {
  const module = target.modules.find(record.Handler);
  if (!module) return undefined;
  const frame = tryRead(() => readStruct(target.memory, record.address + 8n, 8));
  if (!frame) return undefined;
  const level = frame.i32(4);
  const raw = frame.u32(0);
  const cookieAt = module.image?.loadConfig?.get('SecurityCookie');
  const cookie = cookieAt === undefined ? undefined : tryRead(() => readU32(target.memory, cookieAt));
  if (cookie !== undefined) {
    const table = BigInt((raw ^ cookie) >>> 0);
    const head = tryRead(() => readStruct(target.memory, table, 16));
    const cookies = head && isCookieOffset(head.i32(0)) && isCookieOffset(head.i32(8));
    if (cookies && isTable(target, module, table + 16n, level, NONE_4)) return 4;
  }
  return isTable(target, module, BigInt(raw), level, OUTERMOST_3) ? 3 : undefined;
}

function isCookieOffset(offset: number): boolean {
  return offset < 0 && offset > -LARGEST_FRAME;
}

/** Whether entries from a level outwards look like those of a scope table: each leads to a lower level. */
function isTable(
  target: Target,
  module: Module,
  entries: Address,
  level: number,
  outermost: number,
): boolean {
  if (entries < module.base || entries >= module.end) return false;
  if (level < outermost || level > MAX_LEVEL) return false;
  const first = Math.max(level, 0);
  for (let at = first; at >= 0;) {
    const entry = tryRead(() => readStruct(target.memory, entries + BigInt(at * 12), 12));
    if (!entry) return false;
    const [enclosing, filter, handler] = [entry.i32(0), BigInt(entry.u32(4)), BigInt(entry.u32(8))];
    if (enclosing < outermost || enclosing >= at) return false;
    if (filter !== 0n && target.modules.find(filter) !== module) return false;
    if (target.modules.find(handler) !== module) return false;
    at = enclosing;
  }
  return true;
}
