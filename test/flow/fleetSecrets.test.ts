import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { launchFleet } from '../fixtures/fleet.ts';
import { whyWithout } from '../fixtures/redis.ts';
import { asked, yes } from './question.ts';

const without = whyWithout('redis-server');
const TOKEN = '4242424242:fleet-tests-of-nightguard-in-a-sandbox';
const PASSWORDS = { hub: 'hush-hush-of-the-hub', alpha: 'hush-hush-of-alpha' };
/** A node's rights, as docs/configuration.md gives them. */
const ALPHA = [
  '(%R~ng:orders:alpha +xread) (%W~ng:events:alpha +xadd) (%R~ng:cursor:alpha +get)',
  '(%W~ng:beacon:alpha +set) (%R~ng:beacon:* +mget)',
].join(' ');
const ACL = [
  'user default on nopass ~* &* +@all',
  `user hub on >${PASSWORDS.hub} ~ng:* -@all +@read +@write +@scripting +@connection`,
  `user alpha on >${PASSWORDS.alpha} resetchannels -@all +ping ${ALPHA}`,
];

test.skipIf(without !== undefined)(
  `with the rights of the docs all works, and no secret stands in a log or an argument${without ? ` (${without})` : ''}`,
  { timeout: 60_000 },
  async () => {
    const fleet = await launchFleet({ redis: { acl: ACL } });
    onTestFinished(() => fleet.close());
    const as = (user: keyof typeof PASSWORDS) => ({
      REDIS_URL: fleet.redis.url.replace('//', `//${user}:${PASSWORDS[user]}@`),
      NIGHTGUARD_LOG: 'trace',
    });
    const agent = await fleet.agent('alpha', as('alpha'));
    const hub = await fleet.hub(as('hub'));
    const ada = fleet.chat();
    const question = await asked(ada, '/restart alpha web');
    await ada.press(yes(question));
    await ada.until('web restarted and healthy');
    await fetch(`${fleet.door.url}/telegram`, { method: 'POST', body: '{}' });
    await fleet.redis.kill();
    await ada.say('/status');
    await fleet.until('trouble in both logs', async () =>
      [hub, agent].every(({ logged }) => logged.some((line) => line.includes('"code":"ledger"'))),
    );
    await fleet.redis.restart();
    await ada.until(/^job /m, 30_000);

    const lines = await Promise.all([hub, agent].map(({ pid }) => readFile(`/proc/${pid}/cmdline`, 'utf8')));
    const said = [...lines, ...hub.logged, ...agent.logged, JSON.stringify(await ada.messages())].join('\n');
    const secrets = [TOKEN, TOKEN.slice(11), fleet.webhookSecret, fleet.tickSecret, ...Object.values(PASSWORDS)];
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  },
);
