import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createJournal } from '#src/agent/journal.ts';
import { createLockdown, lift } from '#src/agent/lockdown.ts';
import type { Order } from '#src/wire/order.ts';
import { temporaryFolder } from '../adapters/temporary.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 3);
const LOCK = { id: 'l1', at: NOW, operator: 7, by: 'Ben', reason: 'odd logins' };

async function open() {
  const folder = await temporaryFolder();
  const file = join(folder, 'lockdown');
  const opened = () => createJournal({ file: join(folder, 'journal.db'), now: () => NOW });
  let journal = opened();
  onTestFinished(() => journal.close());
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const make = () => createLockdown({ node: 'alpha', journal, files: [file], now: () => NOW, log });
  let state = make();
  const order = (body: Order, expiresAt = NOW + 1) => {
    if (body.kind !== 'lockdown' && body.kind !== 'unlock') throw new Error(body.kind);
    state.take({ jti: 'x', issuedAt: NOW, expiresAt, epoch: 1, body });
  };
  return {
    file,
    journal: () => journal,
    restart: () => {
      journal.close();
      journal = opened();
      state = make();
    },
    refusal: () => state.refusal(),
    announced: () => state.announced(),
    lock: (lockdown = LOCK, expiresAt?: number) => order({ kind: 'lockdown', v: 1, lockdown }, expiresAt),
    unlock: (lockdowns: string[], second = { operator: 8, by: 'Ada' }, expiresAt?: number) =>
      order({ kind: 'unlock', v: 1, lockdowns, operator: 7, by: 'Ben', second }, expiresAt),
    logged: () => lines.map((line) => JSON.parse(line).msg as string),
    decisions: () => journal.audit.lines(0, 99).map((line) => JSON.parse(line).decision as string),
  };
}

test('a lockdown is kept over a restart, and says who, when, why, and how it ends', async () => {
  const node = await open();
  expect(node.refusal()).toBeUndefined();
  node.lock();
  node.restart();
  expect(node.refusal()).toBe(
    'alpha is locked: Ben, 2026-11-21 12:03 UTC ("odd logins"). It changes nothing until two people lift that with /lockdown lift, or somebody there with: nightguard lockdown lift',
  );
  expect(node.announced()).toEqual({ lockdown: 'l1' });
});

test('it is lifted by its own id, and an order of it that comes again locks nothing', async () => {
  const node = await open();
  node.lock();
  node.unlock(['l0']);
  expect(node.refusal()).toBeDefined();
  node.unlock(['l0', 'l1']);
  expect(node.refusal()).toBeUndefined();
  node.lock();
  expect(node.refusal()).toBeUndefined();
  expect(node.announced()).toEqual({ lifted: 'l1' });
  node.lock({ ...LOCK, id: 'l2' });
  node.unlock(['l0', 'l1']);
  expect(node.refusal(), 'an old lifting does not end a new lockdown').toBeDefined();
  expect(node.decisions()).toEqual(['locked', 'lockdown lifted', 'locked']);
});

test('one person alone lifts nothing, and neither does a late order', async () => {
  const node = await open();
  node.lock(LOCK, NOW);
  expect(node.refusal()).toBeUndefined();
  node.lock();
  node.unlock(['l1'], { operator: 7, by: 'Ben' });
  node.unlock(['l1'], undefined, NOW);
  expect(node.refusal()).toBeDefined();
});

test('somebody at the node lifts it at once, also for an agent that runs', async () => {
  const node = await open();
  node.lock();
  lift(node.journal(), ['l1'], { source: 'node', because: 'in person, as root' });
  expect(node.refusal()).toBeUndefined();
  expect(node.announced()).toEqual({ lifted: 'l1' });
});

test('a lifting opens no node that a file locks, and nothing says that it did', async () => {
  const node = await open();
  writeFileSync(node.file, '');
  node.unlock(['file']);
  node.unlock(['l9', 'file']);
  expect(node.refusal()).toBeDefined();
  expect(node.announced()).toEqual({ lockdown: 'file', lockdownFile: true, lifted: 'l9' });
  expect([node.decisions(), node.logged()]).toEqual([[], []]);
  node.lock();
  node.unlock(['l1', 'file']);
  expect([node.decisions(), node.logged()]).toEqual([
    ['locked', 'lockdown lifted'],
    ['locked down', 'lockdown lifted'],
  ]);
});

test('a file locks the node while it is there, whatever it is, and also when nobody can tell', async () => {
  const node = await open();
  writeFileSync(node.file, '');
  expect(node.refusal()).toContain(`there is a file ${node.file}. Nothing is changed here until somebody removes it`);
  expect(node.announced()).toEqual({ lockdown: 'file', lockdownFile: true });
  const linked = await open();
  symlinkSync('/nowhere', linked.file);
  expect(linked.refusal()).toBeDefined();
  const folder = await open();
  mkdirSync(folder.file);
  expect(folder.refusal()).toBeDefined();
});
