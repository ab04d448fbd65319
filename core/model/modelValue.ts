import { BOOL, INT64, UINT, UINT64, type CppValue } from '../eval/index.ts';
import type { ModelObject } from './modelObject.ts';

/** What an expression of dx comes to: values of the process and objects of the debugger are one space. */
export type ModelValue = NativeValue | TextValue | ObjectValue | FunctionValue | FailureValue;

/** A number, or what lies in the process, with its type. */
export interface NativeValue {
  readonly kind: 'native';
  readonly value: CppValue;
  /** a number of the debugger or of arithmetic: shown without its type */
  readonly plain?: boolean;
}

export interface TextValue {
  readonly kind: 'text';
  readonly text: string;
}

export interface ObjectValue {
  readonly kind: 'object';
  readonly object: ModelObject;
}

/** A lambda or a method. */
export interface FunctionValue {
  readonly kind: 'function';
  /** as it is shown: a lambda's own text */
  readonly text: string;
  call(args: readonly ModelValue[]): Promise<ModelValue>;
}

/** What could not be computed, where a list goes on: shown as its reason, an error where something is done with it. */
export interface FailureValue {
  readonly kind: 'failure';
  readonly reason: string;
}

/** An object that has, or a command that gives, nothing. */
export const NOTHING: ModelValue = { kind: 'text', text: '' };

export function textValue(text: string): TextValue {
  return { kind: 'text', text };
}

export function objectValue(object: ModelObject): ObjectValue {
  return { kind: 'object', object };
}

/** An unsigned number: shown in hexadecimal. Of 32 bits where it fits. */
export function unsignedValue(value: number | bigint): NativeValue {
  const scalar = BigInt(value);
  return { kind: 'native', value: { type: scalar >> 32n === 0n ? UINT : UINT64, scalar }, plain: true };
}

/** An address, as wide as the process has them. */
export function addressValue(address: bigint): NativeValue {
  return { kind: 'native', value: { type: UINT64, scalar: address }, plain: true };
}

/** A signed number: shown in decimal. */
export function signedValue(value: number | bigint): NativeValue {
  return { kind: 'native', value: { type: INT64, scalar: BigInt(value) }, plain: true };
}

export function boolValue(value: boolean): NativeValue {
  return { kind: 'native', value: { type: BOOL, scalar: value ? 1n : 0n }, plain: true };
}

export function functionValue(text: string, call: FunctionValue['call']): FunctionValue {
  return { kind: 'function', text, call };
}
