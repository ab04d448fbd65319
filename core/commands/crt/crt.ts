import { explainAddress } from '../../crt/index.ts';
import type { Output } from '../../output/index.ts';
import { type Call, command } from '../command.ts';
import { addressOf } from '../process/index.ts';
import { type AddressModel, addressData, printAddress } from './addressText.ts';
import { parseArguments } from './arguments.ts';
import { blocksData, type BlocksModel, listBlocks, printBlocks } from './blocksText.ts';
import { checkBlocks, checkData, type CheckModel, printCheck } from './check.ts';
import { crtContextOf, crtMapOf } from './crtSession.ts';
import { findLeaks, leaksData, type LeaksModel, printLeaks } from './leaks.ts';
import { type MisuseModel, misuseData, printMisuse, searchMisuse } from './misuse.ts';
import { type Overview, overview, overviewData } from './overview.ts';
import { printOverview } from './overviewText.ts';

type CrtModel = Overview | AddressModel | BlocksModel | LeaksModel | CheckModel | MisuseModel;

export const crt = command<CrtModel>({
  name: '!crt',
  tier: 'ours',
  syntax: [
    '!crt [-v]',
    '!crt ADDRESS',
    '!crt MODULE',
    '!crt -blocks [MODULE] [-type TYPE] [-size BYTES] [-file NAME]',
    '!crt -leaks [MODULE]',
    '!crt -check [MODULE]',
    '!crt -misuse',
  ],
  summary: 'Shows which C runtime each module has, which heap that uses, and who may free what.',
  options: [
    { flag: '-v', meaning: 'all evidence for each module, not only the strongest' },
    {
      flag: 'ADDRESS',
      meaning: 'the block that holds it: its heap, debug header, whose it is, who may free it',
    },
    { flag: 'MODULE', meaning: "a module's runtime with all evidence" },
    {
      flag: '-blocks',
      meaning: 'debug blocks; -type free, normal, crt, ignore or client, -size 100, 100-200 or 100-',
    },
    { flag: '-leaks', meaning: 'what _CrtDumpMemoryLeaks would print at the time of the dump' },
    { flag: '-check', meaning: 'all damage to debug blocks' },
    {
      flag: '-misuse',
      meaning: 'frees on the stacks that are given memory of another runtime, and hints of such',
    },
  ],
  run,
  print,
  data,
});

async function run(call: Call): Promise<CrtModel> {
  const request = parseArguments(call);
  switch (request.form) {
    case 'overview':
      return overview(call, request.verbose);
    case 'address':
      return address(call, request.text);
    case 'blocks':
      return listBlocks(call, request.filter);
    case 'leaks':
      return findLeaks(call, request.filter);
    case 'check':
      return checkBlocks(call, request.filter);
    case 'misuse':
      return searchMisuse(call);
  }
}

async function address({ session, pace }: Call, text: string): Promise<AddressModel> {
  const at = session.target.modules.byName(text)?.base ?? addressOf(session, text);
  const map = await crtMapOf(session, pace);
  const answer = await explainAddress(crtContextOf(session), map, at, pace);
  const module = session.target.modules.find(at);
  const { pointerSize } = answer.heap?.machine ?? module?.machine ?? session.machine;
  return { form: 'address', answer, module: module && map.of(module), width: pointerSize };
}

function print(model: CrtModel, out: Output, call: Call): void | Promise<void> {
  switch (model.form) {
    case 'overview':
      return printOverview(model, out, call);
    case 'address':
      return printAddress(model, out);
    case 'blocks':
      return printBlocks(model, out, call);
    case 'leaks':
      return printLeaks(model, out);
    case 'check':
      return printCheck(model, out);
    case 'misuse':
      return printMisuse(model, out);
  }
}

function data(model: CrtModel) {
  switch (model.form) {
    case 'overview':
      return overviewData(model);
    case 'address':
      return addressData(model);
    case 'blocks':
      return blocksData(model);
    case 'leaks':
      return leaksData(model);
    case 'check':
      return checkData(model);
    case 'misuse':
      return misuseData(model);
  }
}
