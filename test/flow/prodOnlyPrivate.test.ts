import { expect, test } from 'vitest';
import { buttonsOf } from './chat.ts';
import { startFleet } from './fleet.ts';
import { ADA, BEN, GROUP } from './house.ts';
import { asked, nothing, yes } from './question.ts';

const TWO = { alpha: { targets: ['web'] }, beta: { targets: ['api'], environment: 'prod' as const } };
const REFUSED = 'beta is PROD: what changes it is taken in our private chat only. Write to me there.';

test('what changes a prod node is taken in private only, when the configuration says so', async () => {
  const fleet = await startFleet(TWO, { config: { prodOnlyPrivate: true } });
  const [group, ada] = [fleet.chat(ADA, GROUP), fleet.chat(ADA)];
  expect((await group.ask('/restart beta api')).text).toBe(REFUSED);
  expect((await group.ask('/restart beta')).text).toBe(REFUSED);

  const where = await group.ask('/restart');
  await group.press(buttonsOf(where).find(({ text }) => text === '🔴 beta') ?? nothing());
  expect((await group.edited(where.message_id, /is PROD/)).text).toBe(REFUSED);

  await group.say('/status beta');
  await group.until(/beta · /);
  await asked(group, '/restart alpha web');
  await ada.press(yes(await asked(ada, '/restart beta api')));
  await fleet.job(({ operation, verdict }) => operation === 'restart' && verdict === 'done');
  expect((await fleet.jobs()).filter(({ operation }) => operation === 'restart')).toMatchObject([{ node: 'beta' }]);
});

test('a question that stands in a group already takes no yes any more', async () => {
  const fleet = await startFleet(TWO);
  const ben = fleet.chat(BEN, GROUP);
  const question = await asked(ben, '/restart beta api');
  await fleet.restartHub({ prodOnlyPrivate: true });
  expect(await ben.press(yes(question))).toMatchObject({ text: REFUSED, show_alert: true });
  expect(await fleet.jobs()).toEqual([]);
});
