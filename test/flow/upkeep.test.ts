import { expect, test } from 'vitest';
import { startFleet } from './fleet.ts';
import { ADA, BEN } from './house.ts';
import { asked, no, yes } from './question.ts';

test('labels from the chat choose nodes beside the node’s own, which count; nobody can say the environment', async () => {
  const fleet = await startFleet({
    alpha: { labels: { role: 'web' } },
    beta: { labels: { role: 'db' }, environment: 'prod' },
  });
  const ada = fleet.chat(ADA);
  expect((await ada.ask('/label alpha rack=1 role=db')).text).toContain('alpha has rack:1 role:db from here');
  const { text = '' } = await ada.ask('/health rack:1');
  expect([text.includes('alpha'), text.includes('beta')]).toEqual([true, false]);
  expect((await ada.ask('/nodes role:db')).text).not.toContain('alpha');
  expect((await ada.ask('/label alpha rack-')).text).toContain('alpha has role:db from here');
  expect((await ada.ask('/health rack:1')).text).toContain('No node has rack:1');
  expect((await ada.ask('/label beta env=dev')).text).toContain('for the node alone to say');
  expect((await ada.ask('/node beta')).text).toMatch(/PROD[\s\S]*role:db[\s\S]*configuration of the hub/);
  expect((await fleet.chat(BEN).ask('/label alpha rack=2')).text).toContain('takes the role admin');
  expect((await ada.ask('/label alfa rack=2')).text).toContain('Did you mean alpha?');
});

test('a node that is drained is asked for no changes, also not by an earlier question, and goes on reading', async () => {
  const fleet = await startFleet({ alpha: { targets: ['web'] } });
  const [ada, ben] = [fleet.chat(ADA), fleet.chat(BEN)];
  const question = await asked(ben, '/restart alpha web');
  expect((await ada.ask('/drain alpha')).text).toContain('alpha is drained');
  expect((await ben.press(yes(question)))?.text).toContain('alpha is drained');
  expect((await ben.ask('/restart alpha web')).text).toContain('asked for no changes until /drain alpha off');
  expect((await ben.ask('/health alpha')).text).toContain('alpha');
  expect((await ada.ask('/nodes')).text).toContain('drained');
  await fleet.restartHub();
  expect((await ada.ask('/node alpha')).text).toMatch(/drained[\s\S]*Drained by Ada/);
  expect((await ada.ask('/drain alpha off')).text).toContain('asked for changes again');
  await ben.press(no(await asked(ben, '/restart alpha web')));
  const decisions = (await fleet.ledger.audits(20)).map(({ decision }) => decision);
  expect(decisions).toEqual(expect.arrayContaining(['drained', 'drain taken back']));
});

test('a node of the file is retired as well, and a hub without an address says how machines could join', async () => {
  const fleet = await startFleet({ alpha: {}, beta: {} });
  const ada = fleet.chat(ADA);
  await ada.say('/retire beta');
  await ada.until('Type its name');
  await ada.say('beta');
  expect((await ada.until('beta is retired')).text).toContain('Take it out of nodes: in the configuration');
  expect((await ada.ask('/nodes')).text).not.toContain('beta');
  await fleet.restartHub();
  expect((await ada.ask('/health')).text).not.toContain('beta');
  expect((await ada.ask('/enroll gamma')).text).toContain('set HUB_URL and REDIS_URL');
});
