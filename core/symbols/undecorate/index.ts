export { provideDemangler, type Demangler } from './demangler.ts';
export { undecorate, type UndecorateOptions } from './undecorate.ts';
export { undecorateC } from './undecorateC.ts';
export { UNDNAME } from './undnameFlags.ts';
export { createWasmDemangler } from './wasmDemangler.ts';
export { withoutParameters } from './withoutParameters.ts';
