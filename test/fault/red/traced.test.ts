import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { loadCatalog } from '#src/catalog.ts';
import type { Input } from '#src/operation/args.ts';
import { freshId } from '#src/wire/ids.ts';
import { loadKeys } from '#src/wire/keys.ts';
import { seal } from '#src/wire/seal.ts';
import { addBackups } from '../../fixtures/backups.ts';
import { ADA, launchFleet } from '../../fixtures/fleet.ts';
import { whyWithout } from '../../fixtures/redis.ts';

const WHY_NOT = whyWithout('strace') ?? whyWithout('restic');
/** What turns an operand into an option, a command or another file. */
const wordsFor = (canary: string): string[] => [
  ...[`--password-command=touch ${canary}`, `-o sftp.command=touch ${canary}`, '--help', '-', '--', '-rf'],
  ...[`$(touch ${canary})`, `;touch ${canary}`, `web\ntouch ${canary}`, '../../../etc/passwd', 'web\u0000', '*'],
];

test(`whatever a hub with the real keys writes into an order, no program on the node gets it as an option${WHY_NOT ? ` (${WHY_NOT})` : ''}`, {
  timeout: 300_000,
  skip: WHY_NOT !== undefined,
}, async () => {
  const fleet = await launchFleet();
  onTestFinished(() => fleet.close());
  const state = join(fleet.folder, 'alpha');
  const canary = join(fleet.folder, 'canary');
  await addBackups(fleet.folder, 'alpha', 1_000);
  const agent = await fleet.agent('alpha');
  const trace = join(fleet.folder, 'trace');
  const strace = spawn('strace', [
    ...['-f', '-q', '-s', '4096', '-v', '-e', 'trace=execve,execveat', '-e', 'signal=none'],
    ...['-o', trace, '-p', String(agent.pid)],
  ]);
  onTestFinished(() => void strace.kill('SIGKILL'));
  await fleet.until('the tracer', async () => existsSync(trace), 20_000);

  const words = wordsFor(canary);
  const asked = await naughtyOrders(words);
  const sealed = seal(
    { name: 'hub', keys: await loadKeys(join(fleet.folder, 'hub/keys/hub.json')) },
    { name: 'alpha', key: (await loadKeys(join(state, 'keys/node.json'))).public },
  );
  const ends = async () => endsIn(join(state, 'journal.db'));
  for (let sent = 0; sent < asked.length; ) {
    const some = asked.slice(sent, sent + 100);
    const orders = some.map(async ({ kind, ...what }) => {
      const jti = freshId();
      const body = { kind, v: 1, ...what, operator: ADA };
      return { node: 'alpha', job: jti, token: await sealed('order', { jti, at: Date.now(), lifeS: 60, body }) };
    });
    await fleet.ledger.send(await Promise.all(orders));
    sent += some.length;
    await fleet.until(`${sent} ends`, async () => (await ends()) >= sent, 120_000);
  }
  await agent.stop();
  if (strace.exitCode === null) await once(strace, 'exit');

  const started = programsIn(await readFile(trace, 'utf8'));
  const programs = [...new Set(started.map(({ file }) => file))].filter((file) => file !== process.execPath);
  expect(programs).toEqual([expect.stringMatching(/^\/.+\/restic$/)]);
  expect(started.filter(({ argv }) => words.some((word) => isOption(argv, word)))).toEqual([]);
  expect(existsSync(canary)).toBe(false);
  process.stdout.write(
    `${asked.length} orders with words that nobody should obey: ${started.length} programs started, 0 with such an option\n`,
  );
});

/** A backup as it should be, then every operation, with each of its parameters in turn replaced by each of the words. */
async function naughtyOrders(words: readonly string[]) {
  const catalog = await loadCatalog();
  const orders = [...catalog.values()].flatMap(({ name: operation, version, params }) => {
    const good: Input = Object.fromEntries(
      params.flatMap((card) => (card.required ? [[card.name, card.example]] : [])),
    );
    const bad = params
      .filter(({ flag }) => !flag)
      .flatMap((card) => words.map((word) => ({ ...good, [card.name]: word.slice(0, 200) })));
    return bad.map((input, n) => ({ operation, version, input, kind: n % 2 === 0 ? 'run' : 'plan' }));
  });
  return [
    { operation: 'backup', version: catalog.get('backup')?.version, input: { set: 'docs' }, kind: 'run' },
    ...orders,
  ];
}

function endsIn(journal: string): number {
  const db = new DatabaseSync(journal, { readOnly: true });
  try {
    return Number(db.prepare('SELECT count(*) AS n FROM jobs WHERE ending IS NOT NULL').get()?.['n']);
  } finally {
    db.close();
  }
}

/** The programs that a trace shows, with their arguments. */
function programsIn(trace: string): { file: string; argv: string[] }[] {
  const strings = (text: string) => [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, each = '']) => unescaped(each));
  return [...trace.matchAll(/execve(?:at)?\(("(?:[^"\\]|\\.)*"), \[((?:"(?:[^"\\]|\\.)*"(?:\.\.\.)?(?:, )?)*)\]/g)].map(
    ([, file = '', argv = '']) => ({ file: strings(file)[0] ?? '', argv: strings(argv) }),
  );
}

/** A string as strace writes it: C escapes, octal for bytes. */
function unescaped(text: string): string {
  const bytes = text.replace(/\\([0-7]{1,3}|.)/g, (_, each: string) => {
    if (/^[0-7]/.test(each)) return String.fromCharCode(Number.parseInt(each, 8));
    return { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f' }[each] ?? each;
  });
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Whether a word reached a program where it is read as an option or a command: before `--`, and not as the value of an option of ours. */
function isOption(argv: readonly string[], word: string): boolean {
  const end = argv.indexOf('--');
  const before = end === -1 ? argv : argv.slice(0, end);
  return before.some((each) => each === word || (word.length > 3 && each.includes(word)));
}
