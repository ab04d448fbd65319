import { hex } from '../../bytes/index.ts';
import type { CodeView } from '../../pe/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import { fileNameOf, type Module } from '../../target/index.ts';
import { command } from '../command.ts';
import { dashed, findModule } from '../modules/index.ts';

interface ChksymModel {
  readonly module: Module;
  readonly file?: string;
  /** why the file that was found does not belong to the module */
  readonly mismatch?: string;
}

/** `!chksym ntdll`: what a module wants of its PDB, and whether the one that is loaded is it. */
export const chksym = command<ChksymModel>({
  name: '!chksym',
  aliases: ['!itoldyouso'],
  tier: 'C',
  syntax: ['!chksym Module'],
  summary: 'Says which PDB a module wants, and whether the one that was found is it.',
  run({ session, args }) {
    const [, named = '', symbolFile] = /^(\S+)\s+(\S.*)$/.exec(args) ?? [undefined, args];
    const module = findModule(session, named);
    if (symbolFile !== undefined)
      throw new NotAvailable(
        `!chksym tells of the file that the symbol path leads to: put ${symbolFile} on it (.sympath+), then !chksym ${named}`,
      );
    const file = session.symbols.of(module)?.file;
    const attempts = session.symbols.reasons(module);
    const other = attempts.find((a) => a.outcome === 'mismatch' || a.mismatched);
    return { module, file: file ?? other?.place, mismatch: other?.detail };
  },
  print({ module, file, mismatch }, out) {
    const line = (label: string, value: string): void => out.line(`${label.padStart(13)}: ${value}`);
    out.line();
    out.line(module.fileName);
    line('Timestamp', hex(module.timestamp, 8).toUpperCase());
    line('SizeOfImage', hex(module.size).toUpperCase());
    const { codeView } = module;
    if (codeView) {
      line('pdb', codeView.pdb);
      line('pdb sig', signature(codeView));
      line('age', hex(codeView.age));
    }
    out.line();
    if (file === undefined) return out.line(`No symbol file was found for ${module.fileName}`);
    out.line(`Loaded pdb is ${file}`);
    out.line();
    out.line(
      mismatch === undefined
        ? `MATCH: ${fileNameOf(file)} and ${module.fileName}`
        : `MISMATCH: ${fileNameOf(file)} and ${module.fileName}: ${mismatch}`,
    );
  },
  data: ({ module, file, mismatch }) => ({
    module: module.name,
    pdb: module.codeView?.pdb,
    identity: module.codeView && signature(module.codeView),
    age: module.codeView?.age,
    symbolFile: file,
    match: file === undefined ? undefined : mismatch === undefined,
    mismatch,
  }),
});

function signature(codeView: CodeView): string {
  return codeView.kind === 'rsds' ? dashed(codeView.guid) : hex(codeView.signature, 8).toUpperCase();
}
