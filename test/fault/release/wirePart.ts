import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Figure, Part } from './part.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const VITEST = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));
const FILES = ['test/wire', 'test/agent/policy/matrix.test.ts'];

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
];

/** The corpus of forged, mutant and replayed orders, and the matrix of the policy: the same tests as in CI. */
export const wirePart: Part = async ({ signal }) => {
  const args = [VITEST, 'run', ...FILES, '--reporter=verbose', '--testTimeout=600000'];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], signal });
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
