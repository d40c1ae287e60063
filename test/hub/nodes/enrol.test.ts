import { Api } from 'grammy';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { Operator } from '#src/hub/config.ts';
import type { createEnrolment } from '#src/hub/nodes/enrol.ts';
import { CODE_MS, Invitation } from '#src/hub/nodes/invitation.ts';
import { createJoins } from '#src/hub/nodes/joining.ts';
import { createRegistry } from '#src/hub/nodes/registry.ts';
import { createRoster } from '#src/hub/nodes/roster.ts';
import { createShelf } from '#src/hub/nodes/shelf.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { freshId } from '#src/wire/ids.ts';
import { JOINING, readCode, thumbprint, Welcome } from '#src/wire/join.ts';
import type { Keys } from '#src/wire/keys.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';
import { open, seal } from '#src/wire/seal.ts';
import { T0 } from '../../ledger/samples.ts';

const ADA: Operator = { id: 1001, name: 'Ada', role: 'admin' };
const BEN: Operator = { id: 1002, name: 'Ben', role: 'operator' };
const log = pino({ level: 'silent' });
const [hubKeys, one, two] = await Promise.all([makeKeys(), makeKeys(), makeKeys()]);
const hub = { name: 'hub', keys: hubKeys };

/** The enrolment of two hubs on one ledger, with a Telegram that is away and users that are noted. */
function setUp() {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const clock = { now: T0 };
  const made: string[] = [];
  const sealOf = createRecordSeal(hubKeys);
  const registry = createRegistry({ ledger, seal: sealOf, log });
  const roster = createRoster({ listed: { alpha: { key: two.public } }, registry, log });
  const users = {
    make: async (node: string, password: { reveal(): string }) => {
      made.push(`${node} ${password.reveal()}`);
      return { made: true as const };
    },
    remove: async () => ({ made: true as const }),
    all: async () => [],
    command: (node: string) => `ACL SETUSER node-${node}`,
    urlFor: (node: string, password: { reveal(): string }) => `redis://${node}:${password.reveal()}@redis:6379/`,
  };
  const api = new Api('1:x', { apiRoot: 'http://127.0.0.1:1' });
  const another = () => {
    const joining = { url: 'https://hub.example.org', users };
    const admins = { tellDaily: async () => {} };
    const parts = { hub, registry, roster, ledger, seal: sealOf, api, admins, log, now: () => clock.now };
    return createJoins({ ...parts, joining }).enrolment as ReturnType<typeof createEnrolment>;
  };
  const invitations = createShelf({ ledger, seal: sealOf, log }, 'invitations', Invitation);
  return { ledger, clock, made, registry, roster, invitations, first: another(), second: another() };
}

/** What a machine with these keys posts. */
async function posted(typed: string, keys: Keys, to = hubKeys.public) {
  const { secret } = readCode(typed.split(' ').at(-1) ?? '');
  const body = { v: 1, secret, host: 'box', release: '0.1.0' };
  const sealed = await seal({ name: JOINING, keys }, { name: 'hub', key: to })('join', {
    ...{ jti: freshId(), body, at: T0 },
  });
  return { key: keys.public, token: sealed };
}

test('a code names its hub, and the ledger holds it nowhere', async () => {
  const { first, ledger } = setUp();
  const typed = await first.invite('beta', 'stage', ADA, ADA.id);
  expect(typed).toMatch(/^nightguard agent --join https:\/\/hub.example.org [0-9a-z]{26}-[0-9a-z]{26}$/);
  const { secret, thumbprint: named } = readCode(typed.split(' ').at(-1) ?? '');
  expect(named).toBe(thumbprint(hubKeys.public));
  expect(JSON.stringify([await ledger.shelf('invitations'), await ledger.audits(9)])).not.toContain(secret);
});

test('a code is good for fifteen minutes, for asking and for the yes', async () => {
  const { first, clock } = setUp();
  const request = await posted(await first.invite('beta', undefined, ADA, ADA.id), one);
  clock.now += CODE_MS;
  expect(await first.answer(request)).toMatchObject({ state: 'waiting' });
  clock.now += 1;
  expect(await first.answer(request)).toEqual({ state: 'expired' });
  await expect(first.decide({ node: 'beta' }, true, ADA, ADA.id)).rejects.toThrow(/has expired. Nothing was done/);
});

test('what is not sealed by its own key, for this hub, with a good code is wrong, whatever it is', async () => {
  const { first } = setUp();
  const good = await posted(await first.invite('beta', undefined, ADA, ADA.id), one);
  const other = await posted(`x ${freshId()}-${freshId()}`, one);
  const elsewhere = await posted('x '.concat('a'.repeat(26), '-', 'a'.repeat(26)), one, two.public);
  const bad = [undefined, {}, { ...good, key: two.public }, other, elsewhere, { ...good, more: 1 }];
  for (const body of bad) expect(await first.answer(body)).toEqual({ state: 'wrong' });
  expect(await first.answer(good)).toMatchObject({ state: 'waiting' });
});

test('of two machines with one code the first counts, and of two hubs that hear a yes both end with one node', async () => {
  const { first, second, made, registry } = setUp();
  const typed = await first.invite('beta', 'stage', ADA, ADA.id);
  const [mine, theirs] = [await posted(typed, one), await posted(typed, await makeKeys())];
  expect(await first.answer(mine)).toMatchObject({ state: 'waiting' });
  expect(await second.answer(theirs)).toEqual({ state: 'used' });
  const said = await Promise.allSettled([
    first.decide({ node: 'beta' }, true, ADA, ADA.id),
    second.decide({ node: 'beta' }, true, ADA, ADA.id),
  ]);
  expect(said.some(({ status }) => status === 'fulfilled')).toBe(true);
  // The same password from both, so that it does not matter who came last.
  expect(new Set(made).size).toBe(1);
  expect((await registry.read()).nodes.get('beta')?.enrolled).toMatchObject({ key: one.public, environment: 'stage' });
  const answer = await second.answer(mine);
  if (answer.state !== 'in') throw new Error(answer.state);
  const opened = open({ name: JOINING, keys: one }, { name: 'hub', key: hubKeys.public }, 'welcome', Welcome);
  const { body } = await opened(answer.welcome);
  expect(body).toEqual({
    ...{ v: 1, name: 'beta', environment: 'stage', siblings: ['alpha'] },
    ledger: { url: `redis://${made[0]?.replace(' ', ':')}@redis:6379/` },
  });
  expect(await first.answer(mine)).toEqual(answer);
});

test('a yes that was cut short is said again and ends as it should', async () => {
  const { first, invitations } = setUp();
  const request = await posted(await first.invite('beta', undefined, ADA, ADA.id), one);
  await first.answer(request);
  await first.decide({ node: 'beta' }, true, ADA, ADA.id);
  await invitations.change('beta', (before) => {
    const { welcome: _, ...rest } = before as Invitation;
    return { ...rest, state: 'asked' };
  });
  expect(await first.decide({ node: 'beta' }, true, ADA, ADA.id)).toContain('beta is in');
  expect(await first.answer(request)).toMatchObject({ state: 'in' });
});

test('a name that is taken meanwhile, a key that is known or retired, and an answer from elsewhere come to nothing', async () => {
  const { first, registry, roster } = setUp();
  await expect(first.invite('alpha', undefined, ADA, ADA.id)).rejects.toThrow(/There is a node alpha already/);
  const beta = await first.invite('beta', undefined, ADA, ADA.id);
  expect(await first.answer(await posted(beta, two))).toEqual({ state: 'known' });
  expect(await first.answer(await posted(beta, one))).toMatchObject({ state: 'waiting' });
  await expect(first.decide({ node: 'beta' }, true, ADA, -100)).rejects.toThrow(/Nothing waits for this answer/);
  await expect(first.decide({ node: 'beta' }, true, BEN, ADA.id)).rejects.toThrow(/takes the role admin/);
  await registry.nodes.change('beta', () => ({
    ...{ name: 'beta', labels: {}, state: 'active' as const },
    enrolled: { key: (hubKeys as Keys).public, epoch: 1, by: { id: 1, name: 'Ada' }, at: T0 },
  }));
  roster.changed();
  await expect(first.decide({ node: 'beta' }, true, ADA, ADA.id)).rejects.toThrow(/There is a node beta already/);
  await registry.refuse(one.public, 'beta', { id: 1, name: 'Ada' }, T0);
  expect(await first.answer(await posted(beta, one))).toEqual({ state: 'retired' });
});
