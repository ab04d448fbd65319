/** How many fixed-name aliases there are: $u0 to $u9. */
const FIXED = 10;

/** The aliases of a session: fixed-name ones, the person's own, and those that the debugger sets itself. */
export class AliasTable {
  /** changes whenever an alias does: what was expanded before may then read otherwise */
  version = 0;
  private readonly fixedNames: string[] = Array.from({ length: FIXED }, () => '');
  private readonly named = new Map<string, string>();

  /** `automatic` knows the aliases that depend on where the session stands (`$ntsym`). */
  constructor(private readonly automatic: (name: string) => string | undefined = () => undefined) {}

  /** The text of `$u0` to `$u9`; empty until it is set. */
  fixed(index: number): string {
    return this.fixedNames[index] ?? '';
  }

  setFixed(index: number, text: string): void {
    this.fixedNames[index] = text;
    this.version++;
  }

  get hasFixed(): boolean {
    return this.fixedNames.some((text) => text !== '');
  }

  /** The equivalent of a user-named or automatic alias. Case counts. */
  get(name: string): string | undefined {
    return this.named.get(name) ?? (name.startsWith('$') ? this.automatic(name) : undefined);
  }

  set(name: string, text: string): void {
    this.named.set(name, text);
    this.version++;
  }

  /** Whether there was one. */
  delete(name: string): boolean {
    this.version++;
    return this.named.delete(name);
  }

  clear(): void {
    this.named.clear();
    this.version++;
  }

  /** The person's own, by name. */
  list(): readonly (readonly [name: string, text: string])[] {
    return [...this.named].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  get isEmpty(): boolean {
    return this.named.size === 0;
  }
}
