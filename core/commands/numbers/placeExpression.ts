import type { Address } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { automaticPseudoRegister, followsContext } from './pseudoRegisters.ts';
import { segmentBase } from './segmentBase.ts';
import { isLocalName, symbolAddresses } from './symbolAddresses.ts';

/** What an expression means to a pane. */
export interface ExpressionPlace {
  readonly address: Address;
  /** it rests on registers, locals or the thread: in another thread or frame it may be another address */
  readonly ofContext: boolean;
}

/**
 * Evaluates an expression as a pane means it: with the registers of the frame in effect, which the registers' pane
 * shows, where `?` and `r` have those of the context (as after `.frame /c`). Nothing is left behind: `$exp` and
 * pseudo-registers are what they were. Throws as `Evaluator.evaluate` does.
 */
export function placeExpression(session: Session, expression: string): ExpressionPlace {
  const { evaluator } = session;
  const { names } = evaluator.cpp('');
  const registers = session.currentFrame()?.registers ?? session.registers();
  let ofContext = false;
  const following = <T>(value: T): T => {
    ofContext = true;
    return value;
  };
  const here = evaluator.asking({
    register: (name) => following(registers?.get(name)),
    pseudo: (name) =>
      followsContext(name)
        ? following(automaticPseudoRegister(name, session, registers))
        : evaluator.pseudo(name),
    segmentBase: (name) => following(segmentBase(session, name)),
    symbol(name) {
      ofContext ||= isLocalName(session, name);
      return symbolAddresses(session, name);
    },
    names: names && {
      ...names,
      find(name) {
        ofContext ||= isLocalName(session, name);
        return names.find(name);
      },
    },
  });
  const restore = evaluator.remember();
  try {
    return { address: here.address(expression), ofContext };
  } finally {
    restore();
  }
}
