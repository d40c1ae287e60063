import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import type { Asks } from '#src/wire/asks.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Rig } from '../hub/rig.ts';
import { createRig } from '../hub/rig.ts';
import type { Random } from '../random.ts';
import { createRandom, hostile } from '../random.ts';
import { ADA, BEN, CLEO, GROUP } from './cast.ts';

/** The message that carries the question. */
export const MESSAGE = 55;
/** How many of the presses of one question come before it is answered, and behind that. */
const [BEFORE, BEHIND] = [200, 50];
/** A question's two minutes, and two seconds more. */
const TOO_LATE_MS = 122_000;

/** A press as somebody makes it. */
export interface Press {
  from: number;
  chat: number;
  message: number;
  data: string;
  is_bot?: boolean;
  more?: object;
}

/** A question of Ada's in her private chat, as it stands there: planned by its node and told. */
export async function ask(rig: Rig, id: number, asks?: Asks, text = '/restart alpha web'): Promise<string> {
  const { clock, ledger } = rig;
  const entities = [{ type: 'bot_command', offset: 0, length: 8 }];
  const from = { id: ADA, is_bot: false, first_name: 'Ada' };
  const date = Math.floor(clock.now / 1000);
  const message = { message_id: id, date, from, chat: { id: ADA, type: 'private' }, text, entities };
  await rig.receive({ update_id: id, message });
  const [plan] = await ledger.jobs({ limit: 1 });
  if (plan?.kind !== 'plan') throw new Error('no plan was asked for');
  const planned = { ...plan, state: 'ended' as const, plan: { facts: [], digest: 'd'.repeat(64) }, asks };
  const none = { from: undefined, to: undefined, through: '0', alerts: [], posts: [], audit: [] };
  await ledger.fold({ ...none, node: 'alpha', jobs: [planned] });
  const story = await ledger.lease(plan.post, { by: 'test', now: clock.now, until: clock.now + 1_000 });
  await ledger.told({ by: 'test', post: plan.post, revision: story?.post.revision, message: MESSAGE });
  return story?.confirm?.id ?? '';
}

/** Sends it through the hub's door. */
export async function press(rig: Rig, { from, chat, message, data, is_bot = false, more }: Press): Promise<void> {
  const place = { id: chat, type: chat > 0 ? 'private' : 'supergroup' };
  const callback_query = {
    ...{ id: '1', from: { id: from, is_bot, first_name: 'X' }, chat_instance: 'c', data },
    message: { message_id: message, date: 1, chat: place },
    ...more,
  };
  await rig.receive({ update_id: 1, callback_query });
}

/** One thing or more is not as it must be. */
export function wrong(random: Random, confirm: string): Press {
  const right = { from: ADA, chat: ADA, message: MESSAGE, data: `${random.pick(['y', 'n'])}:${confirm}` };
  const at = 2 + random.below(confirm.length);
  const other = random.pick([...'0123456789abcdefghjkmnpqrstvwxyzABC:-'].filter((each) => each !== right.data[at]));
  return random.pick<Press>([
    { ...right, from: random.pick([BEN, CLEO]), chat: GROUP },
    { ...right, from: BEN, chat: BEN },
    { ...right, from: random.pick([BEN, CLEO, 99, 777000, 1087968824]) },
    { ...right, is_bot: true },
    { ...right, chat: random.pick([GROUP, -1002, BEN, -ADA, 0]) },
    { ...right, message: random.pick([1, 54, 56, 5_500, 2 ** 31]) },
    { ...right, data: right.data.slice(0, at) + other + right.data.slice(at + 1) },
    { ...right, data: `${random.pick(['y', 'n'])}:${freshId()}` },
    { ...right, data: hostile(random, 64) },
    {
      ...right,
      data: random.pick([`Y:${confirm}`, `y:${confirm} `, `y:${confirm}:0`, `y:${confirm}\n`, confirm, '', 'y:']),
    },
    { ...right, data: `d:${confirm}:${ADA.toString(36)}:deadbeef` },
    { ...right, more: { inline_message_id: 'i1' } },
    { ...right, more: { message: undefined, inline_message_id: 'i1' } },
    { ...right, more: { data: undefined, game_short_name: 'g' } },
  ]);
}

/** Presses so many questions wrongly, 250 times each; every second one also rightly, the others too late. Answers with what is wrong about that. */
export async function pressWrongly({ questions, seed }: { questions: number; seed: number }): Promise<string[]> {
  const ledger = createSqliteLedger({ file: ':memory:' });
  const rig = await createRig(ledger);
  const random = createRandom(seed);
  const found: string[] = [];
  let taken = 0;
  for (let question = 1; question <= questions; question += 1) {
    const confirm = await ask(rig, question);
    const stateOf = async () => (await ledger.question(confirm))?.confirm?.state;
    const right = { from: ADA, chat: ADA, message: MESSAGE, data: `y:${confirm}` };
    for (let i = 0; i < BEFORE; i += 1) await later(rig, wrong(random, confirm));
    if ((await stateOf()) !== 'open') found.push(`question ${question} is no longer open`);
    if (question % 2 === 1) rig.clock.now += TOO_LATE_MS;
    await press(rig, right);
    taken += question % 2 === 1 ? 0 : 1;
    const before = await stateOf();
    if (before !== (question % 2 === 1 ? 'open' : 'yes')) found.push(`question ${question} is ${before}`);
    for (let i = 0; i < BEHIND; i += 1) await later(rig, { ...right, data: `${random.pick(['y', 'n'])}:${confirm}` });
    if ((await stateOf()) !== before) found.push(`question ${question} was answered twice`);
  }
  const runs = (await ledger.jobs({ limit: questions * 4 })).filter(({ kind }) => kind === 'run').length;
  const answers = (await ledger.audits(20_000)).filter(({ decision }) => /confirmed|declined/.test(decision)).length;
  if (runs !== taken || answers !== taken) found.push(`${taken} right presses, ${runs} jobs, ${answers} answers`);
  await ledger.close();
  return [...found, ...rig.logged.filter((line) => line.includes('"level":"error"'))];
}

async function later(rig: Rig, each: Press): Promise<void> {
  rig.clock.now += 120;
  await press(rig, each);
}
