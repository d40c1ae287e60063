import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashTree } from '#src/adapters/tree/tree.ts';
import type { Amount } from '../../fixtures/data.ts';
import { attributesOf, makeData } from '../../fixtures/data.ts';
import { startKeeper } from '../../fixtures/keeper.ts';
import { makeVaults } from '../../fixtures/restic.ts';
import { createRandom } from '../../random.ts';

const HOUR_MS = 3_600_000;
const patience = () => AbortSignal.timeout(HOUR_MS);

/** What a whole life of a set came to: how long each order took, in ms, and what was not to the last bit. */
export interface WholeLife {
  files: number;
  bytes: number;
  tookMs: Record<string, number>;
  /** Empty when all is well. */
  wrong: string[];
}

/** Files that were changed, added and removed between two backups. */
interface Change {
  changed: number;
  added: number;
  removed: number;
}

/**
 * A set from its first backup to the undoing of a restore, all by orders from the chat to a node in a process of its own,
 * with the real restic: backup, change, backup, list, diff, one folder back, all back, all back to the older one, undo, check of all data.
 * With `laid` the repository is there before, with a key that takes no time.
 */
export async function wholeLife(
  { seed, signal, laid = false, ...amount }: Amount & { seed: number; signal: AbortSignal; laid?: boolean },
  say: (line: string) => void,
): Promise<WholeLife> {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-whole-'));
  const data = join(folder, 'live', 'data');
  const { passwordFile, lay } = await makeVaults(folder);
  if (laid) await lay();
  makeData(data, seed, amount);
  makePart(join(data, 'part'), seed);
  const sets = { big: { paths: [data] } };
  const destinations = { disk: { kind: 'path', path: join(folder, 'repository') } };
  const off = { every: '1h', off: ['disk', 'memory', 'workload', 'endpoint', 'backup'] };
  const keeper = await startKeeper(join(folder, 'node'), { backup: { passwordFile, destinations, sets }, watch: off });
  const tookMs: Record<string, number> = {};
  const wrong: string[] = [];
  const order = async (what: string, command: string, wanted: RegExp): Promise<string> => {
    signal.throwIfAborted();
    const began = performance.now();
    const { text = '' } = await keeper.order(command, wanted, HOUR_MS);
    tookMs[what] = Math.round(performance.now() - began);
    say(`${what}: ${tookMs[what]} ms`);
    return text;
  };
  const compare = (what: string, is: string, was: string): void => void (is === was || wrong.push(what));

  try {
    const first = await stateOf(data);
    await order('first backup', '/backup local big', /^✅ local · big saved to disk in /);
    const partWas = await digest(join(data, 'part'));
    const change = changeSome(data, seed + 1);
    const second = await stateOf(data);
    await order('second backup', '/backup local big', /^✅ local · big saved to disk in /);

    const list = await order('list', '/backups local big', /^✅ local · 2 backups of 1 set, all fresh/);
    const older = idsIn(list).at(-1) ?? '';
    const diff = await order('diff', '/backup_diff local big', /files differ from /);
    compare('diff', `${countIn(diff, 'Changed')} ${countIn(diff, 'Added')} ${countIn(diff, 'Removed')}`, text(change));

    await order(
      'one folder restored',
      `/restore local big --snapshot ${older} --path ${join(data, 'part')}`,
      /^✅ local · \S+\/part restored in /,
    );
    compare('one folder restored', await digest(join(data, 'part')), partWas);
    damage(data);
    await order('all restored', '/restore local big', /^✅ local · big restored in /);
    compare('all restored', await stateOf(data), second);
    await order('older restored', `/restore local big --snapshot ${older}`, /^✅ local · big restored in /);
    compare('older restored', await stateOf(data), first);
    await order('undo', '/restore_undo local big', /^✅ local · the restore of big is undone in /);
    compare('undo', await stateOf(data), second);
    await order(
      'check of all data',
      '/backup_check local big --percent 100',
      /^✅ local · the repositories of big are sound/,
    );
    const left = (await readdir(join(folder, 'live'))).filter((name) => name.startsWith('.nightguard-stage'));
    if (left.length > 0) wrong.push(`left over: ${left.join(', ')}`);
    const { files, bytes } = await hashTree(data, patience());
    return { files, bytes, tookMs, wrong };
  } finally {
    await keeper.life.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Content, names, kinds, modes, owners, times, links and extended attributes of a tree, as one digest. */
async function stateOf(folder: string): Promise<string> {
  const attributes = attributesOf(folder).split('\n\n').toSorted().join('\n\n');
  return `${await digest(folder)} ${createHash('sha256').update(attributes).digest('hex')}`;
}

async function digest(path: string): Promise<string> {
  return (await hashTree(path, patience())).digest;
}

/** A folder whose name is short enough to be typed. */
function makePart(folder: string, seed: number): void {
  makeData(folder, seed + 2, { files: 20, bytes: 100_000 });
}

/** Appends to one file in a hundred, makes as many and takes half as many away, all in the upper folders; and one folder gets another mode. */
function changeSome(data: string, seed: number): Change {
  const random = createRandom(seed);
  const own = readdirSync(data, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?:^|\/)file-\d+\.dat$/.test(name) && !name.includes('\ufffd'))
    .filter((name) => statSync(join(data, name)).nlink === 1)
    .toSorted();
  const wanted = Math.max(4, Math.floor(own.length / 100));
  const chosen = new Set<string>();
  while (chosen.size < wanted * 2) chosen.add(random.pick(own));
  const all = [...chosen];
  const [changed, removed] = [all.slice(0, wanted), all.slice(wanted, wanted + Math.floor(wanted / 2))];
  for (const name of changed) appendFileSync(join(data, name), 'more');
  for (const name of removed) rmSync(join(data, name));
  mkdirSync(join(data, 'new'));
  for (let n = 0; n < wanted; n += 1) writeFileSync(join(data, 'new', `made-${n}`), `made ${n}`);
  chmodSync(join(data, 'empty'), 0o711);
  appendFileSync(join(data, 'part', 'hole.img'), 'x');
  return { changed: changed.length + 1, added: wanted, removed: removed.length };
}

/** What nobody wants to have happened. */
function damage(data: string): void {
  renameSync(join(data, 'new'), join(data, 'stolen'));
  rmSync(join(data, 'part'), { recursive: true });
  chmodSync(data, 0o777);
  writeFileSync(join(data, 'hole.img'), 'gone');
}

function idsIn(list: string): string[] {
  return [...list.matchAll(/^([0-9a-f]{8}) /gm)].map(([, id = '']) => id);
}

function countIn(reply: string, label: string): number {
  return Number(new RegExp(`${label} (\\d+) files?`).exec(reply)?.[1]);
}

function text({ changed, added, removed }: Change): string {
  return `${changed} ${added} ${removed}`;
}
