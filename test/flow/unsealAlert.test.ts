import { describe, expect, test } from 'vitest';
import { whyWithout } from '../fixtures/redis.ts';
import type { Chat, Message } from './chat.ts';
import { buttonsOf } from './chat.ts';
import { ADA, BEN, GROUP } from './house.ts';
import { nothing, yes } from './question.ts';
import { startUnsealing } from './unsealing.ts';

const why = whyWithout('openssl');
const labels = (message: Message) => buttonsOf(message).map(({ text }) => text);
const press = async (chat: Chat, message: Message, label: string) =>
  await chat.press(buttonsOf(message).find(({ text }) => text === label) ?? nothing());

/** A Vault that is open, and alpha, which looks at it every quarter of a second and has a workload that needs it. */
async function startWatched() {
  const started = await startUnsealing({
    alpha: {
      watch: { every: '250ms', off: ['disk', 'memory', 'workload'] },
      workloads: { web: { command: ['sh', '-c', 'exit 7'] }, db: { command: ['sleep', '3600'] } },
      needed: ['web', 'db'],
    },
  });
  const [ada, ben] = [started.fleet.chat(ADA, GROUP), started.fleet.chat(BEN, GROUP)];
  for (const share of [0, 1, 2])
    await started.vault.client.unseal(started.vault.share(share), AbortSignal.timeout(5_000));
  await ada.until(/✅ alpha · main is open/);
  return { ...started, ada, ben };
}

describe.skipIf(why !== undefined)(`a Vault that becomes sealed ${why ?? ''}`, () => {
  test('is told with what needs it, opened by the button of the alert, and what did not come back is restarted from there', async () => {
    const { vault, ada, ben, fleet } = await startWatched();
    vault.server.restart();
    const alert = await ada.until(/^❌ alpha · main is sealed/);
    expect(alert.text).toMatch(
      /\n❌ localhost:\S+ sealed · 0 of 3 shares given \(5 exist\) · v[\d.]+\nNeeded by web, db\n/,
    );
    expect(labels(alert).slice(0, 2)).toEqual(['Unseal', 'Vault']);

    await press(ada, alert, 'Unseal');
    const question = await ada.until(/^Open main with the shares of these nodes\?[\s\S]*Ada has .+ to answer\.$/);
    expect(question.reply_to_message?.message_id).toBe(alert.message_id);
    await ada.press(yes(question));
    await ben.press(yes(await ben.edited(question.message_id, /Still missing: Ben/)));
    await ada.edited(question.message_id, /^✅ main is open\n/);

    const over = await ada.edited(alert.message_id, /^✅ alpha · main is open\nIt was: main is sealed/);
    expect(over.text).toContain('What could not do without it did not come back by itself:');
    expect(labels(over)).toEqual(['Restart web']);
    await press(ben, over, 'Restart web');
    const restart = await ben.until(/^Restart web\?/);
    expect(restart.reply_to_message?.message_id).toBe(alert.message_id);
    await ben.press(yes(restart));
    expect(await fleet.job(({ operation }) => operation === 'restart')).toMatchObject({ node: 'alpha' });
  });
});
