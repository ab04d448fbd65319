/** What UnDecorateSymbolName leaves out (dbghelp.h, UNDNAME_*). The last two are of the C++ runtime and DIA. */
export const UNDNAME = {
  complete: 0,
  noLeadingUnderscores: 0x1,
  noMsKeywords: 0x2,
  noFunctionReturns: 0x4,
  noAllocationModel: 0x8,
  noAllocationLanguage: 0x10,
  noMsThisType: 0x20,
  noCvThisType: 0x40,
  noThisType: 0x60,
  noAccessSpecifiers: 0x80,
  noThrowSignatures: 0x100,
  noMemberType: 0x200,
  noReturnUdtModel: 0x400,
  decode32Bit: 0x800,
  nameOnly: 0x1000,
  /** the text is a type and no symbol */
  typeOnly: 0x2000,
  /** no `class`, `struct`, `union`, `enum` */
  noTags: 0x8000,
  noPtr64: 0x20000,
} as const;
