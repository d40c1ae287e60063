import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { machine } from './machine.ts';
import type { Figure } from './part.ts';
import type { Kept } from './store.ts';

const PAGE = fileURLToPath(new URL('../../../docs/figures.md', import.meta.url));
const [BEGIN, END] = ['<!-- release run: written by npm run fault -- --release -->', '<!-- release run: end -->'];

/** Writes what is known of the parts into docs/figures.md, between its two markers. Throws when these are not there. */
export async function writePage(kept: [part: string, of: Kept | undefined][]): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/figures.md has no lines "${BEGIN}" and "${END}"`);
  const block = blockOf(kept, await machine(), new Date());
  await writeFile(PAGE, `${page.slice(0, begin + BEGIN.length)}\n${block}\n${page.slice(end)}`);
}

/** The lines between the markers. */
export function blockOf(kept: [part: string, of: Kept | undefined][], on: string, at: Date): string {
  const done = kept.flatMap(([part, of]) => (of ? [{ part, ...of }] : []));
  const missing = kept.flatMap(([part, of]) => (of ? [] : [part]));
  const rows = done.flatMap(({ part, share, result }) =>
    result.figures.map((figure) => rowOf(share < 1 ? `${part} (short)` : part, figure)),
  );
  const seeds = done.map(({ part, result }) => `${part} ${result.seed}`);
  const wrong = done.flatMap(({ result }) => result.wrong.slice(0, 5));
  return [
    '',
    `Written on ${at.toISOString().slice(0, 10)}. ${on}. Seeds: ${seeds.join(', ') || 'none'}.`,
    ...(missing.length > 0 ? [`Not run yet: ${missing.join(', ')}.`] : []),
    '',
    '| part | what | tried | wrong | beside it |',
    '|---|---|---|---|---|',
    ...rows,
    ...(wrong.length > 0 ? ['', 'What was wrong:', '', ...wrong.map((sentence) => `- \`${oneLine(sentence)}\``)] : []),
    '',
  ].join('\n');
}

function rowOf(part: string, { what, tried, of, wrong, beside }: Figure): string {
  const cells = [part, what, `${tried.toLocaleString('en-GB')} ${of}`, String(wrong), beside];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function oneLine(sentence: string): string {
  return sentence.replaceAll('`', "'").replaceAll(/\s+/g, ' ').slice(0, 300);
}
