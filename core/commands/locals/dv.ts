import { hexAddress } from '../../bytes/index.ts';
import { formatAddress, span, type Output, type Part } from '../../output/index.ts';
import { command, type Call } from '../command.ts';
import { valueData } from '../dt/index.ts';
import { valuePart } from '../values/index.ts';
import { readSwitches, sortBySwitch, type Switches } from '../switches.ts';
import { loadEmbedded, printProblems } from '../visualizers.ts';
import { locationText } from './locationText.ts';
import { nameTest } from './nameTest.ts';
import { localsOfCode, readLocals, type LocalRow } from './readLocals.ts';

/** Names are aligned in a column this wide, or as wide as the longest of them. */
const NAME_WIDTH = 15;
/** The column of addresses, on x86 too. */
const ADDRESS_WIDTH = 17;

interface DvModel {
  readonly rows: readonly LocalRow[];
  readonly pointerSize: 4 | 8;
  readonly kinds: boolean;
  readonly types: boolean;
  readonly addresses: boolean;
  readonly locations: boolean;
  readonly values: boolean;
}

export const dv = command<DvModel>({
  name: 'dv',
  tier: 'A',
  syntax: ['dv [/i] [/r] [/t] [/v|/V] [/a|/A|/n|/N|/z|/Z] [Pattern]', 'dv /f Address [Pattern]'],
  summary:
    "Shows the parameters and locals of the frame that was chosen, with the function's private symbols.",
  options: [
    { flag: '/i', meaning: 'which are parameters' },
    { flag: '/r', meaning: 'those that an inner scope hides as name@1, name@2, counted outward' },
    { flag: '/t', meaning: 'types' },
    { flag: '/v', meaning: 'address or register of each' },
    { flag: '/V', meaning: 'and how it is reached from the frame' },
    { flag: '/f Address', meaning: 'those of the code there, without values, and where they are or will be' },
    { flag: '/n /N', meaning: 'sorted by name, forward and backward' },
    { flag: '/a /A', meaning: 'by address' },
    { flag: '/z /Z', meaning: 'by size' },
  ],
  async run({ session, args }: Call): Promise<DvModel> {
    await loadEmbedded(session);
    const switches = readSwitches('dv', args, 'irtvVaAnNzZf', 'f');
    const wanted = nameTest(switches.rest.replace(/^"(.*)"$/, '$1') || '*');
    const code = switches.value('f');
    const rows =
      code === undefined
        ? readLocals(session, wanted)
        : localsOfCode(session, session.evaluator.address(code), wanted);
    const named = switches.has('r') ? withHiddenNames(rows) : rows;
    return { rows: sortBySwitch(named, switches), ...columns(switches, session.machine.pointerSize) };
  },
  print(model, out, { session }) {
    print(model, out);
    printProblems(session, out);
  },
  data: (model) => ({ locals: model.rows.map((row) => rowData(row, model)) }),
});

/**
 * Tells variables of one name apart: the manual promises "additional name decoration" for those that are hidden and does
 * not show it, so its form here is our own. Inner scopes come last.
 */
function withHiddenNames(rows: readonly LocalRow[]): LocalRow[] {
  return rows.map((row, i) => {
    const hiding = rows.slice(i + 1).filter((other) => other.name === row.name).length;
    return hiding === 0 ? row : { ...row, name: `${row.name}@${hiding}` };
  });
}

function columns(switches: Switches, pointerSize: 4 | 8): Omit<DvModel, 'rows'> {
  const locations = switches.has('V') || switches.has('f');
  return {
    pointerSize,
    kinds: switches.has('i'),
    types: switches.has('t'),
    addresses: locations || switches.has('v'),
    locations,
    values: !switches.has('f'),
  };
}

function print(model: DvModel, out: Output): void {
  const { rows } = model;
  const width = Math.max(NAME_WIDTH, ...rows.map((row) => row.name.length));
  for (const row of rows) out.line(...rowParts(row, model, width));
}

function rowParts(row: LocalRow, model: DvModel, width: number): Part[] {
  const parts: Part[] = [];
  if (model.kinds) parts.push(row.isParameter ? 'prv param  ' : 'prv local  ');
  if (model.addresses) parts.push(...addressParts(row, model));
  if (model.types) parts.push(span(row.type, 'type'), ' ');
  const name = model.types ? row.name : row.name.padStart(width);
  parts.push(span(name, 'symbol'));
  if (!model.values) return parts;
  return [...parts, ' = ', valuePart(row.value, row.text)];
}

function addressParts(row: LocalRow, { pointerSize, locations }: DvModel): Part[] {
  const way = locationText(row.variable.locations, pointerSize);
  const shown =
    row.address !== undefined
      ? formatAddress(row.address, pointerSize)
      : row.register !== undefined
        ? `@${row.register}`
        : '';
  const parts: Part[] = [span(shown.padEnd(ADDRESS_WIDTH), 'address'), ' '];
  return locations && way !== '' ? [...parts, `${way} `] : parts;
}

function rowData(row: LocalRow, { values, pointerSize }: DvModel) {
  const { name, type, size, address, register, isParameter, variable } = row;
  return {
    name,
    type,
    size,
    parameter: isParameter,
    address: address === undefined ? undefined : hexAddress(address),
    register,
    location: locationText(variable.locations, pointerSize) || undefined,
    ...(row.value && valueData(row.value)),
    available: values ? row.value !== undefined && row.value.kind !== 'missing' : undefined,
  };
}
