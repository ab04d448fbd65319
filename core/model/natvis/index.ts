export type { NatvisChild } from './natvisChild.ts';
export type { NatvisFile, NatvisProblem } from './natvisFile.ts';
export type { NatvisHost } from './natvisHost.ts';
export { parseNatvis } from './parseNatvis.ts';
export { matchTypePattern, parseTypePattern } from './typePattern.ts';
export { Visualizers } from './visualizers.ts';
export type { Visualization } from './visualization.ts';
