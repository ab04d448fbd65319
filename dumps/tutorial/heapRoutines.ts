import { dword } from '../build/image.ts';

/*
 * What a statically linked debug C runtime of Visual Studio 2008 does with its heap: HeapCreate into _crtheap,
 * HeapAlloc and HeapFree from it. The order of pushes and the direct references to the variable are what tells a
 * runtime without symbols (CRT.md, section 4).
 */

/** `_heap_init`: creates the heap and keeps its handle. */
export function heapInit(slots: { readonly create: number }, crtheap: number): string {
  // push 0; push 1000h; xor eax,eax; push eax; call [HeapCreate]; mov [_crtheap],eax; cmp [_crtheap],0; mov eax,1
  return `8bff558bec 6a00 6800100000 33c0 50 ff15${dword(slots.create)} a3${dword(crtheap)} 833d${dword(crtheap)}00 b801000000 5dc3`;
}

/** `_free_base`: HeapFree(_crtheap, 0, block). */
export function freeBase(slots: { readonly free: number }, crtheap: number): string {
  return `8bff558bec 8b450850 6a00 8b0d${dword(crtheap)} 51 ff15${dword(slots.free)} 5dc3`;
}

/** The end of `_heap_alloc_base`, up to where HeapAlloc(_crtheap, 0, size) returns to. */
export function allocCall(slots: { readonly alloc: number }, crtheap: number): string {
  return `8b450850 6a00 8b0d${dword(crtheap)} 51 ff15${dword(slots.alloc)}`;
}
