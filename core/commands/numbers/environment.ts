import type { EvaluatorEnvironment } from '../../eval/index.ts';
import type { Session } from '../session.ts';
import { entryPointOf } from './mainModule.ts';
import { cppNames } from './cppNames.ts';
import { automaticPseudoRegister } from './pseudoRegisters.ts';
import { PseudoVariables } from './pseudoVariables.ts';
import { returnKindOf } from './returnKind.ts';
import { segmentBase } from './segmentBase.ts';
import { sourceAddresses } from './sourceAddresses.ts';
import { symbolAddresses } from './symbolAddresses.ts';

/** What expressions may ask of a session. Nothing is looked up before an expression needs it. */
export function environmentOf(session: Session, variables = new PseudoVariables()): EvaluatorEnvironment {
  return {
    get radix() {
      return session.radix;
    },
    get machine() {
      return session.machine;
    },
    get memory() {
      return session.target.memory;
    },
    register: (name) => session.registers()?.get(name),
    registerBits(name) {
      const definition = session
        .registers()
        ?.definitions()
        .find((d) => d.name === name);
      return definition?.part?.bits ?? (definition?.size ?? 8) * 8;
    },
    pseudo: (name) => variables.get(name) ?? automaticPseudoRegister(name, session),
    setPseudo: (name, value, type) => variables.set(name, value, type),
    remember: () => variables.remember(),
    segmentBase: (name) => segmentBase(session, name),
    moduleBase: (name) => session.target.modules.byName(name)?.base,
    symbol: (name) => symbolAddresses(session, name),
    sourceLine: (place) => sourceAddresses(session, place),
    entryPoint(base) {
      const module = session.target.modules.find(base);
      return module?.base === base ? entryPointOf(module) : undefined;
    },
    returnKind(address) {
      const found = session.symbols.nearest(address);
      return found?.displacement === 0n ? returnKindOf(found) : undefined;
    },
    names: cppNames(session, (name) => variables.typeOf(name)),
  };
}
