import { describe, expect, test } from 'vitest';
import { Problem } from '#src/kit/problem.ts';
import { startRedis, whyWithout } from '../fixtures/redis.ts';
import { openLedger, REDIS } from '../ledger/redis/opened.ts';
import { buttonsOf } from './chat.ts';
import { ADA, BEN, CLEO, GROUP } from './house.ts';
import { asked, no, nothing, yes } from './question.ts';
import { startUnsealing } from './unsealing.ts';

const why = whyWithout('openssl');
const linesOf = (text: string | undefined) => (text ?? '').split('\n');

describe.skipIf(why !== undefined)(`opening a Vault ${why ?? ''}`, () => {
  test('goes on with the next hub, and nothing is given twice, whenever the hub dies', async () => {
    const { vault, fleet, ada, ben, hooks, given, request } = await startUnsealing();
    const deaths = ['before beta', 'after delta'];
    const die = (when: string) => (node: string | undefined) => {
      const here = `${when} ${node}`;
      if (!deaths.includes(here)) return;
      deaths.splice(deaths.indexOf(here), 1);
      throw new Problem('ledger', 'The ledger is gone, as for a hub that dies here.');
    };
    Object.assign(hooks, { before: die('before'), after: die('after') });
    const { question, copy } = await request();
    await ben.press(yes(copy));
    await fleet.job(({ node }) => node === 'alpha');
    await fleet.restartHub();
    const done = await ada.edited(question.message_id, /^✅ main is open/);
    expect(done.text?.match(/·/g)).toHaveLength(4);
    expect(deaths).toEqual([]);
    expect(given()).toBe(3);
    expect((await fleet.jobs()).map(({ node, verdict }) => `${node} ${verdict}`)).toEqual([
      'delta done',
      'beta done',
      'alpha done',
    ]);
    expect((await vault.status()).sealed).toBe(false);
  });

  test('is stopped between two nodes by the one who asked, not by anybody else', async () => {
    const { vault, fleet, ada, ben, given, request } = await startUnsealing();
    vault.server.slow(300);
    const { question, copy } = await request();
    await ben.press(yes(copy));
    const running = await ada.edited(question.message_id, /^⏳ Opening main\n[\s\S]*⏳ alpha/);
    expect(running.text).toMatch(/▫️ beta\n▫️ delta\n▫️ gamma\n▫️ omega\n/);
    const job = await fleet.job(({ node }) => node === 'alpha');
    expect((await ben.ask('/unseal main')).text).toBe(
      'main is being opened already, as Ada asked. It is stopped with /cancel',
    );
    expect((await ben.ask(`/cancel ${job.id}`)).text).toContain('Only Ada, who asked, or an admin can cancel this.');
    expect((await ada.ask('/cancel')).text).toContain('No other node is asked. The one that is at it now finishes');
    const end = await ada.edited(question.message_id, /^⚠️/);
    expect(linesOf(end.text).slice(0, 2)).toEqual([
      '⚠️ stopped by Ada: main has 1 of 3 shares',
      'To begin anew: /unseal main --reset',
    ]);
    expect(given()).toBe(1);
    expect((await ada.ask(`/cancel ${job.id}`)).text).toContain('It has ended already');
  });

  test('asks nobody when somebody declines, and can be asked for again', async () => {
    const { ada, ben, given, request } = await startUnsealing();
    const { question, copy } = await request();
    await ben.press(no(copy));
    await ada.edited(
      question.message_id,
      /^Unseal main on alpha, beta, delta, gamma, omega, which Ada asked for: declined by Ben/,
    );
    const second = await asked(ada, '/unseal main');
    await ada.say('/yes');
    await ada.edited(second.message_id, /Still missing: Ben/);
    await ada.say('/no');
    await ada.edited(second.message_id, /^Cancelled by Ada\. Nothing was done\.$/);
    expect(given()).toBe(0);
  });

  test('is begun by the button of the alert, in a group too, and by nobody who may not', async () => {
    const { fleet, vault, given } = await startUnsealing();
    const [ada, ben, cleo] = [fleet.chat(ADA, GROUP), fleet.chat(BEN, GROUP), fleet.chat(CLEO, GROUP)];
    const role = '/unseal takes the role operator; you are here as viewer. See /help';
    expect((await cleo.ask('/unseal main')).text).toBe(role);
    const look = await ada.ask('/vault alpha');
    const sealed = await ada.edited(look.message_id, /main is sealed/);
    const button = buttonsOf(sealed).find(({ text }) => text === 'Unseal') ?? nothing();
    expect(await cleo.press(button)).toMatchObject({ text: role, show_alert: true });
    expect(await ada.press(button)).toMatchObject({ text: 'On it.' });
    const question = await ada.until(/^Open main[\s\S]*Ada has .+ to answer\.$/);
    await ada.press(yes(question));
    await ada.until('Ada needs the yes of Ben for this.');
    expect(await ada.press(yes(await ada.edited(question.message_id, /Still missing: Ben/)))).toMatchObject({
      text: 'You have said yes. Now it waits for Ben.',
    });
    expect(given()).toBe(0);
    await ben.press(yes(await ada.edited(question.message_id, /Still missing: Ben/)));
    await ada.edited(question.message_id, /^✅ main is open/);
    expect((await vault.status()).sealed).toBe(false);
  });

  test('says what is wrong with the words behind it', async () => {
    const { ada } = await startUnsealing();
    expect((await ada.ask('/help')).text).toMatch(
      /Change \(you are asked first\)[\s\S]*\n\/unseal - Open a sealed Vault[\s\S]*Keep track/,
    );
    expect((await ada.ask('/help unseal')).text).toContain(
      'Usage: /unseal <vault> [server] [--without alpha,beta] [--reset]',
    );
    expect((await ada.ask('/unseal other')).text).toBe(
      'No node keeps a share of other. There are shares of main. On a node that is to keep one: nightguard share add other',
    );
    expect((await ada.ask('/unseal --fast')).text).toMatch(
      /^No option --fast[\s\S]*Usage: \/unseal <vault> \[server\]/,
    );
    expect((await ada.ask('/unseal Main')).text).toMatch(/^vault: a name has small letters[\s\S]*There is main\.$/);
  });
});

describe.skipIf(why !== undefined || REDIS.isMissing)(`on Redis ${why ?? REDIS.name}`, { timeout: 60_000 }, () => {
  test('it opens as well; and where the ledger is lost on the way, nobody else is asked', async () => {
    const server = await startRedis();
    const { vault, fleet, ada, ben, given, request } = await startUnsealing(
      {},
      { ledger: openLedger({ url: server.url }) },
    );
    const first = await request();
    await ben.press(yes(first.copy));
    await ada.edited(first.question.message_id, /^✅ main is open/);
    expect(given()).toBe(3);

    vault.server.restart();
    vault.server.slow(400);
    const second = await request();
    await ben.press(yes(second.copy));
    await ada.edited(second.question.message_id, /⏳ alpha/);
    await server.ask('FLUSHALL');
    await ada.until(/^⚠️ how far this came is not known: the ledger was lost\nNobody else is asked/, 50_000);
    expect(given()).toBe(4);
    expect(await fleet.ledger.campaigns(9)).toEqual([]);
  });
});
