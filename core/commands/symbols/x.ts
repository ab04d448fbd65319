import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { formatAddress, span, type Output, type Part } from '../../output/index.ts';
import { command, type Call } from '../command.ts';
import { nameTest, readLocals, type LocalRow } from '../locals/index.ts';
import type { Session } from '../session.ts';
import { isSorted, readSwitches, sortBySwitch, type Switches } from '../switches.ts';
import { engineTypeName, valuePart } from '../values/index.ts';
import { parameterList } from './parameterList.ts';
import { symbolTail } from './symbolTail.ts';
import { collected, xRows, type XRow } from './xRows.ts';

/** The column of addresses, on x86 too. */
const ADDRESS_WIDTH = 17;

interface XModel {
  readonly locals: readonly LocalRow[];
  readonly rows: Iterable<XRow>;
  readonly switches: Switches;
  /** `x *!`: modules, as lm lists them */
  readonly modules: boolean;
}

export const x = command<XModel>({
  name: 'x',
  tier: 'A',
  syntax: ['x [Options] Module!Symbol', 'x [Options] *', 'x *!'],
  summary: 'Lists symbols by pattern, with their addresses, types and values; x * lists the locals.',
  options: [
    { flag: '/0 /1 /2', meaning: 'only addresses, only names, only both' },
    { flag: '/t', meaning: 'types' },
    { flag: '/v', meaning: 'kind and size of each' },
    { flag: '/s Size', meaning: 'only those of this size' },
    { flag: '/f /d', meaning: 'only functions, only data' },
    { flag: '/a /A', meaning: 'sorted by address, rising and falling' },
    { flag: '/n /N', meaning: 'by name' },
    { flag: '/z /Z', meaning: 'by size' },
    { flag: '/q', meaning: 'names in quotes, as expressions take them' },
    { flag: '/p', meaning: 'no blank before the parameters' },
    { flag: '/D', meaning: 'names that can be clicked' },
  ],
  async run({ session, args, pace }): Promise<XModel> {
    const switches = readSwitches('x', args, '012DtvsqpfdaAnNzZ', 's');
    const pattern = unquoted(switches.rest);
    if (pattern === '') throw new UsageError('x takes a pattern: x Module!Name, or x * for the locals');
    const nothing = { locals: [], rows: [], switches };
    if (pattern === '*!') return { ...nothing, modules: true };
    const locals = pattern.includes('!') ? [] : readLocals(session, nameTest(pattern), pattern === '*');
    const rows = pattern === '*' ? [] : xRows(session, pattern, switches);
    // the symbols that are needed load here
    rows[Symbol.iterator]().next();
    return {
      locals: sortBySwitch(locals, switches),
      rows: isSorted(switches) ? sortBySwitch(await collected(rows, pace), switches) : rows,
      switches,
      modules: false,
    };
  },
  async print(model, out, call) {
    if (model.modules) return call.execute('lm', out);
    for (const row of model.locals) out.line(...localParts(row, model, call.session));
    for (const row of model.rows) {
      if (call.pace.due()) await call.pace.rest();
      printRow(row, model, out, call);
    }
  },
  data: ({ rows, locals }) => ({
    // made when it is asked for: whole modules are listed
    get symbols() {
      return [...locals.map(localData), ...Array.from(rows, rowData)];
    },
  }),
});

/** `@!"mod!name"` and `"mod!name"` are names too. */
function unquoted(text: string): string {
  return text.trim().replace(/^@?!?"(.*)"$/s, '$1');
}

function printRow(row: XRow, { switches }: XModel, out: Output, { session }: Call): void {
  const { found, address } = row;
  const size = found.module.machine?.pointerSize ?? session.machine.pointerSize;
  const at = address === undefined ? '?'.repeat(size * 2) : formatAddress(address, size);
  const addressPart = (text: string): Part => span(text, 'address');
  const name = nameParts(row, switches);
  if (switches.has('0')) return out.line(addressPart(at));
  if (switches.has('1')) return out.line(...name);
  if (switches.has('2')) return out.line(addressPart(at.padEnd(ADDRESS_WIDTH)), ' ', ...name);
  const parts: Part[] = switches.has('v')
    ? [kindText(row), addressPart(at), ` ${(row.size ?? 0).toString(16).padStart(4)} `]
    : [addressPart(at.padEnd(ADDRESS_WIDTH)), ' '];
  if (switches.has('t')) parts.push(span(engineTypeName(found.symbol.type), 'type'), ' ');
  const blank = switches.has('p') ? '' : ' ';
  out.line(...parts, ...name, ...symbolTail(session, { ...found, address }, blank));
}

function kindText({ found, isFunction }: XRow): string {
  return `${found.symbol.private ? 'prv' : 'pub'} ${isFunction ? 'func  ' : 'global'} `;
}

function nameParts({ found, name, address }: XRow, switches: Switches): Part[] {
  const whole = `${found.module.name}!${name}`;
  const link = switches.has('D') && address !== undefined ? `ln ${hexAddress(address)}` : undefined;
  return [span(switches.has('q') ? `@!"${whole}"` : whole, 'symbol', link)];
}

function localParts(row: LocalRow, { switches }: XModel, session: Session): Part[] {
  const { pointerSize } = session.machine;
  const place =
    row.address === undefined
      ? row.register === undefined
        ? ''
        : `@${row.register}`
      : formatAddress(row.address, pointerSize);
  const name = span(switches.has('q') ? `@!"${row.name}"` : row.name, 'symbol');
  if (switches.has('0')) return [span(place, 'address')];
  if (switches.has('1')) return [name];
  const column = span(place.padEnd(ADDRESS_WIDTH), 'address');
  if (switches.has('2')) return [column, ' ', name];
  return [
    ...(switches.has('v')
      ? [
          row.isParameter ? 'prv param  ' : 'prv local  ',
          column,
          ` ${(row.size ?? 0).toString(16).padStart(4)} `,
        ]
      : [column, ' ']),
    ...(switches.has('t') ? [span(row.type, 'type'), ' '] : []),
    name,
    ' = ',
    valuePart(row.value, row.text),
  ];
}

function rowData({ found, name, address, size }: XRow) {
  const { symbol, module } = found;
  return {
    address: address === undefined ? null : hexAddress(address),
    module: module.name,
    name,
    kind: symbol.kind,
    size,
    type: symbol.type && `${engineTypeName(symbol.type)}${parameterList(symbol) ?? ''}`,
  };
}

function localData({ name, address, register, type, size, isParameter }: LocalRow) {
  return {
    address: address === undefined ? null : hexAddress(address),
    register,
    name,
    kind: isParameter ? 'parameter' : 'local',
    size,
    type,
  };
}
