import { BadFormat, NotAvailable } from '../errors/index.ts';
import { PeImage } from '../pe/index.ts';
import { readUpTo, type Memory } from './memory.ts';
import type { ImageFiles, NamedModule } from './model.ts';
import type { ModuleFacts } from './moduleList.ts';

/** RVAs are 32 bits wide: the size of an image before its headers are read. */
const ANY_SIZE = 0xffffffff;

/**
 * What is known of a module that a person names: what they say, completed by its headers in memory, else by an image
 * file of its name that agrees with what they say. Throws `NotAvailable` where nothing tells its size.
 */
export function factsOf(named: NamedModule, memory: Memory, images: ImageFiles): ModuleFacts {
  const image = inMemory(named, memory) ?? inFile(named, images);
  const size = named.size ?? image?.sizeOfImage;
  if (!size) {
    throw new NotAvailable(
      `the size of ${named.fileName} is not known: its headers are not at 0x${named.base.toString(16)}, and no image of that name was found; give it as Module=Address,Size`,
    );
  }
  return {
    name: named.fileName,
    base: named.base,
    size,
    timestamp: named.timestamp ?? image?.timestamp ?? 0,
    checksum: image?.checksum ?? 0,
  };
}

function inMemory({ base, size }: NamedModule, memory: Memory): PeImage | undefined {
  const reader = {
    read: (rva: number, length: number) => readUpTo(memory, base + BigInt(rva), length),
  };
  return orUndefined(() => PeImage.fromMemory(reader, size ?? ANY_SIZE, base));
}

function inFile({ fileName, size, timestamp }: NamedModule, images: ImageFiles): PeImage | undefined {
  const source = images.named?.(fileName);
  if (!source) return undefined;
  const image = orUndefined(() => PeImage.fromFile(source));
  source.close?.();
  const other =
    image &&
    ((size !== undefined && image.sizeOfImage !== size) ||
      (timestamp !== undefined && image.timestamp !== timestamp));
  return other ? undefined : image;
}

function orUndefined(open: () => PeImage): PeImage | undefined {
  try {
    return open();
  } catch (e) {
    if (e instanceof BadFormat) return undefined;
    throw e;
  }
}
