/**
 * Bits of a user-mode address. What stands above them in a return address is the signature of pointer
 * authentication (Windows gives processes 47 bits of address space).
 */
const ADDRESS_BITS = 47;

/** A return address without the bits of its signature. */
export function stripSignature(address: bigint): bigint {
  return BigInt.asUintN(ADDRESS_BITS, address);
}
