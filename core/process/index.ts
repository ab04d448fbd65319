export { field, type Field, type ProcessView, readable } from './processView.ts';
export { walkList, type LinkedList, type ListEnd } from './listEntries.ts';
export {
  environmentVariable,
  readEnvironment,
  type EnvironmentBlock,
  type EnvironmentVariable,
} from './environment.ts';
export { type ProcessParameters } from './processParameters.ts';
export { readPeb, type ListHead, type LoaderData, type Peb } from './peb.ts';
export {
  readLoaderEntry,
  readLoaderList,
  type LoaderEntry,
  type LoaderList,
  type LoaderOrder,
} from './loaderEntries.ts';
export { loaderFlagNames, loadReasonName } from './loaderFlags.ts';
export { readTeb, tebOf, type Teb } from './teb.ts';
export {
  EXPANSION_SLOTS,
  readStaticTls,
  readTlsSlot,
  readTlsSlots,
  TEB_SLOTS,
  type StaticTls,
  type TlsSlot,
} from './tls.ts';
export {
  listCriticalSections,
  lockState,
  readCriticalSection,
  readListedSection,
  type CriticalSection,
  type CriticalSectionList,
  type ListedSection,
  type LockState,
} from './criticalSections.ts';
export { findCriticalSections, findUnlinkedSections, type SectionScan } from './findSections.ts';
export {
  findExceptionChain,
  readExceptionChain,
  readTryScopes,
  scopeFormOf,
  type ExceptionChain,
  type ExceptionRegistration,
  type ScopeForm,
  type TryScope,
} from './exceptionChain.ts';
export { globalFlags, type GlobalFlag } from './globalFlags.ts';
export { accessNames, type AccessNames } from './handleAccess.ts';
export { readSharedUserData, SHARED_USER_DATA, type SharedUserData } from './sharedUserData.ts';
export {
  MEM_COMMIT,
  MEM_FREE,
  MEM_IMAGE,
  MEM_MAPPED,
  MEM_PRIVATE,
  MEM_RESERVE,
  protectNames,
  stateName,
  typeName,
} from './memoryConstants.ts';
export { resolveClaims, UsageRank, type ClaimedRange, type UsageClaim } from './usageClaims.ts';
export {
  claimedRegions,
  derivedRegions,
  findRegion,
  listedRegions,
  type BaseRegion,
  type BaseRegions,
  type MemoryRegion,
} from './memoryRegions.ts';
export { allocationAt, imageClaims, pebClaims, stackOf, threadClaims } from './processClaims.ts';
export { loadErrorTexts, type ErrorKind, type ErrorText, type ErrorTexts } from './errorTexts/index.ts';
