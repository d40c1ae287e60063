import { expect, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Chat, Message } from './chat.ts';
import { buttonsOf } from './chat.ts';
import { ADA, BEN, CLEO, GROUP, startHouse } from './house.ts';
import { asked, no, nothing, yes } from './question.ts';

const LINES = [
  '-e',
  'for (let i = 1; i <= 500; i += 1) console.log("line " + i + " of the flood"); setInterval(() => {}, 1e6)',
];

test('/health is one message and one call, with a verdict on each line', async () => {
  const house = await startHouse();
  await house.healthy();
  const ada = house.chat(ADA);
  const answer = await ada.ask('/health');
  expect(answer.text).toMatch(/^(✅ local · all is well|(⚠️|❌) local · \d+ things? to look at)$/m);
  expect(answer.text).toMatch(/^✅ Ledger answers in \d+ ms$/m);
  expect(answer.text).toMatch(/^✅ Telegram answers in \d+ ms$/m);
  expect(answer.text).toMatch(/^(✅|⚠️|❌) Disk .+ free of .+ · at least .+$/m);
  expect(answer.text).toMatch(/^(✅|⚠️|❌) Memory \d+ % of .+ used · under 80 %$/m);
  expect(answer.text).toMatch(/^✅ demo running for .+ · healthy · pid \d+, port \d+$/m);
  expect(answer.text).toMatch(/^job \w+ · Ada$/m);
  expect(await house.calls('sendMessage')).toHaveLength(1);
  expect(await house.calls('editMessageText')).toHaveLength(0);
});

test('/restart shows its plan, and a press turns the same message into the verdict of one job', async () => {
  const house = await startHouse();
  await house.healthy();
  const before = await house.process('demo');
  const ada = house.chat(ADA);
  const question = await asked(ada, '/restart local demo');
  expect(question.text).toMatch(/^Restart demo\? on local · dev$/m);
  expect(question.text).toMatch(/^✅ Now running for .+ · healthy · pid \d+, port \d+$/m);
  expect(question.text).toContain('This will run:\n1. Restart it\n2. Wait until it is healthy');
  expect(question.text).toMatch(/^Ada has (2 min|1 min 5\d s) to answer\.$/m);
  expect(buttonsOf(question).map(({ text }) => text)).toEqual(['Restart demo', 'Cancel']);

  expect(await ada.press(yes(question))).toMatchObject({ text: 'On it.' });
  const verdict = await ada.until('restarted and healthy');
  expect(verdict.message_id).toBe(question.message_id);
  expect(verdict.text).toContain('✅ Restart it\n✅ Wait until it is healthy');
  expect(buttonsOf(verdict).map(({ text }) => text)).toEqual(['Logs']);
  expect((await house.process('demo')).pid).not.toBe(before.pid);
  expect(await house.jobs()).toMatchObject([{ operation: 'restart', verdict: 'done', operator: { id: ADA } }]);
});

test('Cancel does nothing and says so', async () => {
  const house = await startHouse();
  const before = await house.process('demo');
  const ada = house.chat(ADA);
  const question = await asked(ada, '/restart local demo');
  expect(await ada.press(no(question))).toMatchObject({ text: 'Cancelled.' });
  const after = await ada.until('Cancelled by Ada. Nothing was done.');
  expect(after.message_id).toBe(question.message_id);
  expect(buttonsOf(after)).toEqual([]);
  expect(await house.process('demo')).toEqual(before);
  expect(await house.jobs()).toEqual([]);
});

test('a second press is told that the answer was given already', async () => {
  const house = await startHouse();
  const ada = house.chat(ADA);
  const question = await asked(ada, '/restart local demo');
  const presses = await Promise.all([ada.press(yes(question)), ada.press(yes(question))]);
  expect(presses.map((answer) => answer?.text).sort()).toEqual(['On it.', 'You have answered this already.']);
  await ada.until('restarted and healthy');
  expect(await ada.press(no(question))).toMatchObject({ text: expect.stringMatching(/already|before/) });
  expect(await house.jobs()).toHaveLength(1);
});

test("somebody else's press in the group is refused and runs nothing", async () => {
  const house = await startHouse();
  const [ada, ben, cleo] = [house.chat(ADA, GROUP), house.chat(BEN, GROUP), house.chat(CLEO, GROUP)];
  const question = await asked(ada, '/restart local demo');
  const refusal = { text: 'Only the person who asked can answer this.', show_alert: true };
  expect(await ben.press(yes(question))).toMatchObject(refusal);
  expect(await cleo.press(yes(question))).toMatchObject(refusal);
  expect(await ben.press(no(question))).toMatchObject(refusal);
  expect(await house.jobs()).toEqual([]);
  expect(await ada.press(yes(question))).toMatchObject({ text: 'On it.' });
  await ada.until('restarted and healthy');
});

test('button data that we did not make, or made for another message, is refused', async () => {
  const house = await startHouse();
  const ada = house.chat(ADA);
  const question = await asked(ada, '/restart local demo');
  const help = await ada.ask('/help');
  const crafted = [
    'restart demo',
    'y:00000000000000000000000000',
    `y:${'0'.repeat(60)}`,
    'o:00000000000000000000000000:0',
  ];
  const refusal = { text: 'This button is no longer valid.', show_alert: true };
  for (const data of crafted) expect(await ada.press({ message: help.message_id, data })).toMatchObject(refusal);
  expect(await ada.press({ ...yes(question), message: help.message_id })).toMatchObject(refusal);
  expect(await house.jobs()).toEqual([]);
});

test('what the policy of the node does not allow is refused there', async () => {
  const house = await startHouse();
  const before = await house.process('locked');
  const ada = house.chat(ADA);
  const answer = await ada.ask('/restart local locked');
  const refused = answer.text?.includes('policy') ? answer : await ada.until('policy');
  expect(refused.text).toContain('The policy of local does not allow restart of locked to you.');
  expect(buttonsOf(refused)).toEqual([]);
  expect(await house.process('locked')).toEqual(before);
});

test('/logs takes a number of lines and a text to look for', async () => {
  const house = await startHouse({ workloads: { chatty: { command: [process.execPath, ...LINES] } } });
  const ada = house.chat(ADA);
  await logged(ada, '/logs local chatty --lines 1', 'line 500 of the flood');
  const last = await ada.ask('/logs local chatty --lines 3');
  expect(last.text).toMatch(
    /chatty: 3 lines\n.*\(untrusted\):\nline 498 of the flood\nline 499 of the flood\nline 500 of the flood\n/,
  );
  const found = await ada.ask('/logs local chatty --grep "line 77 "');
  expect(found.text).toMatch(/chatty: 1 line with "line 77 "\n.*\nline 77 of the flood\n/);
  const none = await ada.ask('/logs chatty --grep nowhere');
  expect(none.text).toContain('chatty: no lines with "nowhere"');
});

test('long output comes as a document whose end is quoted', async () => {
  const house = await startHouse({ workloads: { chatty: { command: [process.execPath, ...LINES] } } });
  const ada = house.chat(ADA);
  await logged(ada, '/logs local chatty --lines 1', 'line 500 of the flood');
  const answer = await ada.ask('/logs local chatty --lines 500');
  expect(answer.text).toContain('the end of 500 lines; all of it is in the file:');
  expect(answer.text).toContain('line 500 of the flood');
  const file = await waitUntil(async () => (await ada.messages()).find(({ document }) => document), {
    withinMs: 5_000,
    everyMs: 15,
    what: 'the document',
  });
  expect(file).toMatchObject({
    document: { file_name: 'local-chatty-500-logs.txt' },
    caption: 'Output of chatty, untrusted',
  });
  const text = await (await fetch(`${house.url}/sandbox/file/${file.document?.file_id}`)).text();
  expect(text.trimEnd().split('\n')).toEqual(
    Array.from({ length: 500 }, (_, index) => `line ${index + 1} of the flood`),
  );
});

test('/status shows a crash with a button that opens the question for that workload', async () => {
  const house = await startHouse();
  await house.healthy();
  const ada = house.chat(ADA);
  expect((await ada.ask('/status')).text).toContain('✅ local · all is well with 2 workloads');
  await house.reach('demo', '/crash', 'POST');
  const crashed = await logged(ada, '/status', /^❌ demo failed for .+ · exit code 1$/m);
  expect(crashed.text).toContain('❌ local · 1 of 2 workloads to look at');
  expect(buttonsOf(crashed).map(({ text }) => text)).toEqual(['Restart demo', 'Logs of demo']);
  const [restart] = buttonsOf(crashed);
  expect(await ada.press(restart ?? nothing())).toMatchObject({ text: 'On it.' });
  const question = await ada.until('Restart demo? on local');
  expect(question.text).toMatch(/^❌ Now failed/m);
  await ada.press(yes(question));
  await ada.until('restarted and healthy');
  expect((await logged(ada, '/status', 'all is well')).text).toContain('2 workloads');
});

test('/jobs lists what was done and /job shows one in full', async () => {
  const house = await startHouse();
  const ada = house.chat(ADA);
  expect((await ada.ask('/jobs')).text).toBe('Nothing has been asked yet. Try /health');
  await ada.press(yes(await asked(ada, '/restart local demo')));
  const verdict = await ada.until('restarted and healthy');
  const id = /job (\w+)/.exec(verdict.text ?? '')?.[1] ?? 'none';
  expect((await ada.ask('/jobs')).text).toMatch(
    new RegExp(`^✅ ${id} Restart demo on local · done · Ada · .+\\nOne in full: /job ${id}$`),
  );
  const full = await ada.ask(`/job ${id}`);
  expect(full.text).toContain('restarted and healthy');
  expect(full.text).toMatch(/asked .+, accepted .+, ended .+$/);
  expect((await ada.ask('/job zzzzzz')).text).toBe('There is no job zzzzzz. See /jobs');
  expect((await ada.ask('/job')).text).toBe('Which one? Usage: /job <id>. See /jobs');
  expect((await ada.ask("/job '; drop table jobs")).text).toBe('Which one? Usage: /job <id>. See /jobs');
});

test('/nodes shows the machine, what runs there and when it was heard', async () => {
  const house = await startHouse();
  const { text } = await house.chat(CLEO).ask('/nodes');
  expect(text).toMatch(/^✅ local · dev · last heard .+ ago\n\s*runs demo, locked · agent \S+$/);
});

test('/help shows each person what they may do', async () => {
  const house = await startHouse();
  const [ada, cleo] = [house.chat(ADA), house.chat(CLEO)];
  expect((await ada.ask('/help')).text).toContain('/restart - Restart a workload and wait until it is healthy');
  const forCleo = await cleo.ask('/help');
  expect(forCleo.text).toContain('/health - ');
  expect(forCleo.text).not.toContain('/restart');
  expect((await cleo.ask('/help restart')).text).not.toContain('Usage: /restart');
  const restart = await ada.ask('/help restart');
  expect(restart.text).toContain('Usage: /restart <node> <target> [--force]');
  expect(restart.text).toContain('Example: /restart local demo');
});

test('a viewer who types a change is told which role it takes', async () => {
  const house = await startHouse();
  const { text } = await house.chat(CLEO).ask('/restart local demo');
  expect(text).toBe('/restart takes the role operator; you are here as viewer. See /help');
  expect(await house.jobs()).toEqual([]);
});

test.for([
  ['/helth', 'There is no /helth. Did you mean /health or /help?'],
  ['/xyzzyplugh', 'There is no /xyzzyplugh. See /help'],
  ['good morning', 'I take commands. See /help'],
  ['/restart', 'Restart what on local?'],
  ['/restart lokal demo', 'There is no node "lokal". Did you mean local?'],
  ['/restart local dmeo', 'There is no "dmeo" on local. Did you mean demo?'],
  [
    '/logs local demo --lines many',
    'lines: write a whole number from 1 to 1000.\nUsage: /logs <node> <target> [--lines 40] [--since 1h] [--grep error]\nExample: /logs local demo',
  ],
  [
    '/logs local demo --liens 3',
    'No option --liens: did you mean --lines?\nUsage: /logs <node> <target> [--lines 40] [--since 1h] [--grep error]\nExample: /logs local demo',
  ],
] as const)('%s is answered with what to do instead', async ([typed, words]) => {
  const house = await startHouse();
  expect((await house.chat(ADA).ask(typed)).text).toBe(words);
  expect(await house.jobs()).toEqual([]);
});

test('a busy target is refused with who holds it and since when', async () => {
  const slow = { command: ['nightguard', 'demo'], port: 'auto', health: '/health', env: { WARM_UP_MS: '1500' } };
  const house = await startHouse({ workloads: { slow }, restartable: ['slow'] });
  const [ada, ben] = [house.chat(ADA), house.chat(BEN)];
  const [first, second] = await Promise.all([asked(ada, '/restart local slow'), asked(ben, '/restart local slow')]);
  await ada.press(yes(first));
  await waitUntil(async () => (await house.jobs()).find(({ state }) => state === 'accepted'), {
    withinMs: 5_000,
    everyMs: 10,
    what: 'the first restart',
  });
  await ben.press(yes(second));
  const refused = await ben.until('is busy');
  expect(refused.text).toMatch(
    /slow on local is busy: restart \(job \w+\) has worked on it for .+\. Ask again when it is done\./,
  );
  expect(refused.message_id).toBe(second.message_id);
  await ada.until('restarted and healthy');
  expect((await house.jobs()).map(({ verdict }) => verdict).sort()).toEqual(['done', 'refused']);
});

test('a change that was typed long ago is asked again, and Ask again opens the question', async () => {
  const house = await startHouse();
  const ada = house.chat(ADA);
  const stale = await ada.ask('/restart local demo', { date: Math.floor(Date.now() / 1000) - 300 });
  expect(stale.text).toMatch(
    /^⌛ You asked for \/restart 5 min( \d+ s)? ago, so nothing was done\. Do you still want it\?$/,
  );
  expect(buttonsOf(stale).map(({ text }) => text)).toEqual(['Ask again']);
  expect(await house.jobs()).toEqual([]);
  await ada.press(buttonsOf(stale)[0] ?? nothing());
  await ada.press(yes(await ada.until('Restart demo? on local')));
  await ada.until('restarted and healthy');
  expect(await house.jobs()).toHaveLength(1);
});

/** Asks again and again until the answer has these words: what is asked for may still be on its way. */
async function logged(chat: Chat, text: string, words: string | RegExp): Promise<Message> {
  const fits = (answer: Message) =>
    typeof words === 'string' ? answer.text?.includes(words) : words.test(answer.text ?? '');
  const once = async () => {
    const answer = await chat.ask(text);
    return fits(answer) ? answer : undefined;
  };
  return await waitUntil(once, { withinMs: 10_000, everyMs: 50, what: `${words} after ${text}` });
}
