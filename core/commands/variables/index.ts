export { ELSEWHERE, isElsewhere, PiecedMemory } from './piecedMemory.ts';
export { type VariablePlace } from './placeVariable.ts';
export {
  findVariable,
  frameVariables,
  placed,
  type FrameVariables,
  type PlacedVariable,
} from './frameVariables.ts';
export { globalAddress, requiredAddress } from './globalAddress.ts';
