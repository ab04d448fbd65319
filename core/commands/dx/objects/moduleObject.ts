import {
  addressValue,
  constant,
  numbered,
  objectValue,
  textValue,
  unsignedValue,
  type ModelObject,
  type ModelValue,
  type Property,
} from '../../../model/index.ts';
import type { PeImage } from '../../../pe/index.ts';
import type { Module } from '../../../target/index.ts';
import type { Session } from '../../session.ts';
import { known, type ObjectContext } from './objectContext.ts';

/** `@$curprocess.Modules`: by ordinal, name or file name. */
export function modulesObject(context: ObjectContext): ModelObject {
  const { modules } = context.session.target;
  return {
    *items() {
      for (const module of modules) {
        yield { key: unsignedValue(module.index), value: objectValue(moduleObject(context, module)) };
      }
    },
    at(key) {
      const module =
        key.kind === 'text'
          ? (modules.byName(key.text) ??
            [...modules].find((m) => m.path.toLowerCase() === key.text.toLowerCase()))
          : key.kind === 'native' && typeof key.value.scalar === 'bigint'
            ? modules.at(Number(key.value.scalar))
            : undefined;
      return module && objectValue(moduleObject(context, module));
    },
  };
}

function moduleObject({ session }: ObjectContext, module: Module): ModelObject {
  return {
    identity: `module ${module.base}`,
    display: () => module.path,
    properties: [
      constant('BaseAddress', addressValue(module.base), 'Where the module is loaded'),
      constant('Name', textValue(module.path), 'The path of the module'),
      constant('Size', unsignedValue(module.size), 'The size of the image in bytes'),
      constant('Attributes', objectValue({ properties: attributes(module) })),
      { name: 'Contents', help: 'The tables of the image', get: () => contents(module) },
      { name: 'Symbols', help: 'The symbols of the module', get: () => symbols(session, module) },
    ],
  };
}

function attributes({ timestamp, checksum, codeView, index }: Module): Property[] {
  return known([
    constant('Index', unsignedValue(index)),
    constant('TimeDateStamp', unsignedValue(timestamp)),
    constant('CheckSum', unsignedValue(checksum)),
    codeView !== undefined && constant('PdbName', textValue(codeView.pdb)),
  ]);
}

function contents(module: Module): ModelValue {
  const { image } = module;
  const properties = image ? tables(module, image) : [];
  return objectValue({ properties: [...properties, { name: 'Version', get: () => version(module) }] });
}

function tables(module: Module, image: PeImage): Property[] {
  return [
    { name: 'Exports', get: () => exported(module, image) },
    { name: 'Imports', get: () => imported(module, image) },
    { name: 'Sections', get: () => sections(module, image) },
  ];
}

function exported(module: Module, image: PeImage): ModelValue {
  return objectValue(
    numbered(function* () {
      for (const { name, ordinal, rva, forwarder } of image.exports().entries) {
        const shown = name === undefined ? `ordinal ${ordinal}` : `'${name}'`;
        yield objectValue({
          display: () => `Function export of ${shown}`,
          properties: known([
            name !== undefined && constant('Name', textValue(name)),
            constant('Ordinal', unsignedValue(ordinal)),
            forwarder === undefined
              ? constant('CodeAddress', addressValue(module.base + BigInt(rva)))
              : constant('ForwardedTo', textValue(forwarder)),
          ]),
        });
      }
    }),
  );
}

function imported(module: Module, image: PeImage): ModelValue {
  return objectValue(
    numbered(function* () {
      for (const { dll, delayed, entries } of [...image.imports(), ...image.delayImports()]) {
        const functions = function* (): Iterable<ModelValue> {
          for (const { name, ordinal, slotRva } of entries) {
            const shown = name ?? (ordinal === undefined ? '<unreadable>' : `ordinal ${ordinal}`);
            yield objectValue({
              display: () => `Function import of '${shown}'`,
              properties: known([
                name !== undefined && constant('Name', textValue(name)),
                ordinal !== undefined && constant('Ordinal', unsignedValue(ordinal)),
                constant('SlotAddress', addressValue(module.base + BigInt(slotRva))),
              ]),
            });
          }
        };
        yield objectValue({
          display: () => `Functions imported from '${dll ?? '<unreadable>'}'${delayed ? ' (delayed)' : ''}`,
          properties: [
            constant('ModuleName', textValue(dll ?? '')),
            constant('Functions', objectValue(numbered(functions))),
          ],
        });
      }
    }),
  );
}

function sections(module: Module, image: PeImage): ModelValue {
  return objectValue(
    numbered(function* () {
      for (const { name, virtualAddress, virtualSize } of image.sections) {
        yield objectValue({
          display: () => name,
          properties: [
            constant('Name', textValue(name)),
            constant('Address', addressValue(module.base + BigInt(virtualAddress))),
            constant('VirtualSize', unsignedValue(virtualSize)),
          ],
        });
      }
    }),
  );
}

/** The version of the dump's module list, and the texts of the image's version resource where it is there. */
function version({ version: fixed, image }: Module): ModelValue {
  const strings = image?.versionResource()?.tables[0]?.strings ?? new Map<string, string>();
  return objectValue({
    display: () => strings.get('FileVersion') ?? (fixed && fourParts(fixed.fileVersion)),
    properties: [
      ...(fixed
        ? [
            constant('FileVersionNumber', textValue(fourParts(fixed.fileVersion))),
            constant('ProductVersionNumber', textValue(fourParts(fixed.productVersion))),
          ]
        : []),
      ...[...strings].map(([name, text]) => constant(name, textValue(text))),
    ],
  });
}

function fourParts(parts: readonly number[]): string {
  return parts.join('.');
}

/** Loads the module's symbols. */
function symbols(session: Session, module: Module): ModelValue {
  const found = session.symbols.of(module);
  return objectValue({
    display: () => `[SymbolModule]${module.name}`,
    properties: known([
      constant('Status', textValue(session.symbols.status(module))),
      found?.file !== undefined && constant('FileName', textValue(found.file)),
      found?.private !== undefined && constant('Private', textValue(found.private ? 'true' : 'false')),
    ]),
  });
}
