import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Figure, Part } from './part.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const VITEST = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));
const FILES = [
  ...['test/wire', 'test/agent/policy/matrix.test.ts', 'test/agent/journal/clock.test.ts'],
  ...['test/agent/journal/pasts.test.ts', 'test/kit/text.test.ts'],
];

/** What the tests print about what they have tried, as figures. */
const PRINTED: { words: RegExp; figure: (numbers: number[]) => Figure }[] = [
  {
    words: /(\d+) classes of forged orders: \{"accepted":(\d+),"refused":(\d+),"failed":(\d+)\}/,
    figure: ([classes = 0, accepted = 0, refused = 0, failed = 0]) => ({
      ...{ what: 'forged orders', tried: accepted + refused + failed, of: 'orders', wrong: accepted + failed },
      beside: `${classes} classes; ${accepted} accepted`,
    }),
  },
  {
    words: /(\d+) single characters changed in an order of (\d+): (\d+) accepted/,
    figure: ([changed = 0, size = 0, accepted = 0]) => ({
      ...{ what: 'one character of a valid order changed', tried: changed, of: 'orders', wrong: accepted },
      beside: `each of ${size} places, all 64 others; ${accepted} accepted`,
    }),
  },
  {
    words: /(\d+) orders: (\d+) ran once; replayed in (\d+) situations: (\d+) ran twice/,
    figure: ([orders = 0, ran = 0, situations = 0, twice = 0]) => ({
      ...{ what: 'orders replayed', tried: orders * situations, of: 'replays', wrong: twice + orders - ran },
      beside: `${orders} orders in ${situations} situations; ${twice} ran twice`,
    }),
  },
  {
    words: /a matrix of (\d+) cells/,
    figure: ([cells = 0]) => ({
      ...{ what: "the policy beside an oracle of the test's own", tried: cells, of: 'cells', wrong: 0 },
      beside: 'equal in all',
    }),
  },
  {
    words: /(\d+) orders under wrong clocks, (\d+) begun in time, (\d+) begun late/,
    figure: ([orders = 0, inTime = 0, late = 0]) => ({
      ...{ what: 'orders under clocks that are wrong by 5 s to a year', tried: orders, of: 'orders', wrong: late },
      beside: `${inTime} begun in time, ${late} begun when their time was over`,
    }),
  },
  {
    words: /(\d+) journals lost or put back, seed \d+: (\d+) jobs done twice/,
    figure: ([journals = 0, twice = 0]) => ({
      ...{ what: 'journals lost or put back, and all that was asked is asked again', tried: journals, of: 'journals' },
      ...{ wrong: twice, beside: `${twice} jobs done twice` },
    }),
  },
  {
    words: /(\d+) hostile texts: (\d+) were left/,
    figure: ([texts = 0, left = 0]) => ({
      ...{ what: 'hostile texts made safe to show', tried: texts, of: 'texts', wrong: left },
      beside: `${left} with a control, format or separator character left`,
    }),
  },
];

/** The corpus of forged, mutant and replayed orders, the matrix of the policy, wrong clocks, journals put back, hostile texts: the tests of CI, some with more cases. */
export const wirePart: Part = async ({ signal }) => {
  const args = [VITEST, 'run', ...FILES, '--reporter=verbose', '--testTimeout=600000'];
  const env = { ...process.env, NIGHTGUARD_RELEASE: '1' };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'], signal });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => said.push(bytes.toString()));
  const [code] = await once(child, 'close').catch(() => [undefined]);
  if (signal.aborted) return undefined;
  const text = stripVTControlCharacters(said.join(''));
  const figures = PRINTED.flatMap(({ words, figure }) => {
    const found = words.exec(text);
    return found ? [figure(found.slice(1).map(Number))] : [];
  });
  return {
    figures,
    wrong: [
      ...(code === 0 ? [] : [`the tests ended with ${code}: ${text.slice(-2_000)}`]),
      ...(figures.length === PRINTED.length ? [] : ['not every test said what it had tried']),
    ],
  };
};
