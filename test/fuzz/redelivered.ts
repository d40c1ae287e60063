import { FRESH_MS } from '#src/hub/questions/ask.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { createRig } from '../hub/rig.ts';
import type { Random } from '../random.ts';
import { createRandom } from '../random.ts';
import { ADA, BEN } from './cast.ts';

/** Intents come this far apart, and no operator so fast that they are slowed down. */
const STEP_MS = 8_000;
const LATEST_MS = [1_000, 20_000, 55_000, 65_000, 600_000, 86_000_000];

/** One command that somebody typed once. */
interface Intent {
  from: number;
  message: number;
  text: string;
  at: number;
}

/** One delivery of it: the same update again, the same message under another number, or an edit of it. */
interface Delivery {
  intent: Intent;
  update: number;
  at: number;
  edited: boolean;
}

/** What came of commands that were delivered again and again. */
export interface Redelivered {
  intents: number;
  deliveries: number;
  /** Those whose first delivery came so late that a change is asked about again. */
  late: number;
  orders: number;
  wrong: string[];
}

/** Delivers so many commands of one seed one to five times each: doubled, out of order, up to a day late, with edited twins; each has to become one order, or none when a change comes late. */
export async function redeliver({ intents: count, seed }: { intents: number; seed: number }): Promise<Redelivered> {
  const ledger = createSqliteLedger({ file: ':memory:' });
  const rig = await createRig(ledger);
  const random = createRandom(seed);
  const intents = Array.from({ length: count }, (_, n) => intentOf(random, n, rig.clock.now));
  const deliveries = intents.flatMap((intent) => deliveriesOf(random, intent)).sort((a, b) => a.at - b.at);
  const first = new Map<Intent, number>();
  const wrong: string[] = [];
  try {
    for (const delivery of deliveries) {
      const { intent, at, edited } = delivery;
      rig.clock.now = Math.max(rig.clock.now, at);
      if (!edited && !first.has(intent)) first.set(intent, rig.clock.now);
      const { outcome } = await rig.receive(updateOf(delivery));
      if (outcome === 'retry') wrong.push(`${intent.text} of message ${intent.message} was not taken`);
    }
    const isLate = (intent: Intent) => (first.get(intent) ?? 0) - Math.floor(intent.at / 1000) * 1000 > FRESH_MS;
    const late = intents.filter((intent) => intent.text.startsWith('/restart') && isLate(intent)).length;
    const ordered = await ledger.orders('alpha', '0', 0, AbortSignal.timeout(1_000));
    const jobs = await ledger.jobs({ limit: 10 * count });
    if (jobs.length !== count - late) wrong.push(`${jobs.length} jobs, and there should be ${count - late}`);
    if (ordered.length !== count - late) wrong.push(`${ordered.length} orders, and there should be ${count - late}`);
    return { intents: count, deliveries: deliveries.length, late, orders: ordered.length, wrong };
  } finally {
    await ledger.close();
  }
}

function intentOf(random: Random, n: number, begin: number): Intent {
  const text = random.pick(['/health alpha', '/logs alpha web', '/restart alpha web', '/restart alpha db']);
  return { from: random.pick([ADA, BEN]), message: n + 1, text, at: begin + n * STEP_MS };
}

function deliveriesOf(random: Random, intent: Intent): Delivery[] {
  const update = 10 * intent.message;
  return Array.from({ length: 1 + random.below(5) }, (_, copy) => ({
    intent,
    update: random.chance(80) ? update : update + copy,
    at: intent.at + random.below(random.pick(LATEST_MS)),
    edited: copy > 0 && random.chance(20),
  }));
}

function updateOf({ intent: { from, message, text, at }, update, edited }: Delivery): object {
  const content = {
    ...{ message_id: message, date: Math.floor(at / 1000), text },
    from: { id: from, is_bot: false, first_name: 'Op' },
    chat: { id: from, type: 'private', first_name: 'Op' },
    entities: [{ type: 'bot_command', offset: 0, length: text.indexOf(' ') }],
  };
  return edited
    ? { update_id: update + 9, edited_message: { ...content, edit_date: Math.floor(at / 1000) + 5 } }
    : { update_id: update, message: content };
}
