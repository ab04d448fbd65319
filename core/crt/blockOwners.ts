import { BlockState, type HeapSnapshot, type Pacer } from '../heap/index.ts';
import type { HeapDebugBlocks } from './crtBlocks.ts';
import { FileNames } from './crtBlocks.ts';
import type { CrtContext } from './crtInput.ts';
import { BLOCK_TYPES } from './debug/headerLayout.ts';
import type { RuntimeCopy } from './model.ts';

/** Blocks between two looks at the clock. */
const CHUNK = 4096;

/** What C runtimes say of a heap's blocks: columns by the block's index. */
export interface BlockOwners {
  /** index in `owners`: the module that asked for the block; 0 unknown */
  readonly owner: Uint16Array;
  /** the first is empty: unknown */
  readonly owners: readonly string[];
  /** 0 no debug header, else 1 + the number of its type, `types.length` where the type is damaged */
  readonly type: Uint8Array;
  /** `none`, then the names of the types, then `damaged` */
  readonly types: readonly string[];
  /** debug blocks that are damaged: the header's address, the index of the heap's block, -1 if none; `Damage` bits */
  readonly damage: readonly DamagedBlock[];
}

export interface DamagedBlock {
  readonly address: bigint;
  readonly block: number;
  readonly damage: number;
}

/** Damaged blocks that are listed. */
const MAX_DAMAGE = 1000;

/**
 * Whose each block is: the module whose source file the debug header names, else the one module that the heap's only
 * runtime serves. Nothing in a release block says who asked for it where several may have.
 */
export async function blockOwners(
  context: CrtContext,
  snapshot: HeapSnapshot,
  users: readonly RuntimeCopy[],
  debug: HeapDebugBlocks | undefined,
  isPrivate: boolean,
  pace: Pacer,
): Promise<BlockOwners> {
  const count = snapshot.blocks.length;
  const owners = [''];
  const known = new Map<string, number>();
  const numberOf = (name: string): number => {
    let n = known.get(name);
    if (n === undefined && owners.length <= 0xffff) known.set(name, (n = owners.push(name) - 1));
    return n ?? 0;
  };
  const owner = new Uint16Array(count);
  const type = new Uint8Array(count);
  const only = isPrivate && users.length === 1 ? users[0] : undefined;
  const [user, ...others] = only?.users ?? [];
  if (user && others.length === 0) {
    const n = numberOf(user.name);
    const { state } = snapshot.blocks.columns;
    for (let i = 0; i < count; i++) if (state[i] === BlockState.busy) owner[i] = n;
  }
  const damage: DamagedBlock[] = [];
  const files = new FileNames(context);
  const { blocks } = debug ?? {};
  for (let d = 0; blocks && d < blocks.length; d++) {
    if (d % CHUNK === 0 && pace.due())
      await pace.rest({ done: d, total: blocks.length, what: 'debug blocks' });
    const block = blocks.at(d);
    if (!block) continue;
    if (block.damage !== 0 && damage.length < MAX_DAMAGE)
      damage.push({ address: block.header, block: block.heapBlock, damage: block.damage });
    const i = block.heapBlock;
    if (i < 0 || i >= count) continue;
    type[i] = 1 + (block.type === undefined ? BLOCK_TYPES.length : BLOCK_TYPES.indexOf(block.type));
    const module = files.moduleOf(block) ?? onlyUser(debug?.ownerOf(d));
    if (module) owner[i] = numberOf(module.name);
  }
  return { owner, owners, type, types: ['none', ...BLOCK_TYPES, 'damaged'], damage };
}

function onlyUser(copy: RuntimeCopy | undefined): RuntimeCopy['users'][number] | undefined {
  return copy?.users.length === 1 ? copy.users[0] : undefined;
}
