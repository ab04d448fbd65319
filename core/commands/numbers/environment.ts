import type { EvaluatorEnvironment } from '../../eval/index.ts';
import type { Type } from '../../types/index.ts';
import type { Session } from '../session.ts';
import { entryPointOf } from './mainModule.ts';
import { cppNames } from './cppNames.ts';
import { automaticPseudoRegister } from './pseudoRegisters.ts';
import { returnKindOf } from './returnKind.ts';
import { segmentBase } from './segmentBase.ts';
import { sourceAddresses } from './sourceAddresses.ts';
import { symbolAddresses } from './symbolAddresses.ts';

/** `$t0`…`$t19` are the person's, the others are what commands leave behind. */
const SETTABLE = /^\$(?:t1?[0-9]|exp|p|extret|extin|extrcall|callret)$/;

/** What expressions may ask of a session. Nothing is looked up before an expression needs it. */
export function environmentOf(session: Session): EvaluatorEnvironment {
  let variables = new Map<string, bigint>();
  let types = new Map<string, { readonly type: Type; readonly module?: string }>();
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
    pseudo: (name) =>
      SETTABLE.test(name) ? (variables.get(name) ?? 0n) : automaticPseudoRegister(name, session),
    setPseudo(name, value, type) {
      if (!SETTABLE.test(name)) return false;
      variables.set(name, value);
      if (type) types.set(name, type);
      else if (type === null) types.delete(name);
      return true;
    },
    remember() {
      const [values, theirTypes] = [new Map(variables), new Map(types)];
      return () => {
        variables = new Map(values);
        types = new Map(theirTypes);
      };
    },
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
    names: cppNames(session, (name) => types.get(name)),
  };
}
