import { describe, expect, test } from 'vitest';
import type { Screen } from '#src/hub/render/screen.ts';
import { storyScreen } from '#src/hub/render/story.ts';
import type { View } from '#src/hub/render/view.ts';
import type { Job, Story } from '#src/ledger/records.ts';
import type { ReplyInput } from '#src/operation/reply.ts';
import { Reply, Tone } from '#src/operation/reply.ts';
import { Verdict } from '#src/operation/verdict.ts';
import { Event } from '#src/wire/event.ts';
import { sampleConfirm, samplePost, T0 } from '../../ledger/samples.ts';
import type { Random } from '../../random.ts';
import { createRandom, hostile, NAUGHTY } from '../../random.ts';
import { endedJob, sampleView, webJob } from '../samples.ts';
import type { Flaw } from './telegram.ts';
import { flawsOf, parseTelegram, tappable } from './telegram.ts';

/** The commands that the hub itself offers in its screens. */
const OURS = ['/nodes', '/restart', '/health', '/logs'];
const NODES = ['alpha', 'beta', 'gamma'];

describe('what a node says is shown as words, in every place of a reply', () => {
  const WORDS = [
    '</pre><b>',
    '/restart_prod',
    '@userbot',
    'https://evil.example',
    '\u001b[31m\u202e\u200bx',
    '<a href="x">',
  ];
  const places: Record<string, (text: string) => Story['jobs']> = {
    'the title': (title) => [endedJob({ title })],
    'the title that rings': (title) => [endedJob({ title }, { endedAt: T0 + 60_000 })],
    'the label of a fact': (label) => [endedJob({ facts: [{ label, value: 'x' }] })],
    'the value of a fact': (value) => [endedJob({ facts: [{ label: 'x', value }] })],
    'the limit of a fact': (limit) => [endedJob({ facts: [{ label: 'x', value: 'y', limit }] })],
    'the label of output': (label) => [endedJob({ block: { label, text: 'x' } })],
    'the label of long output': (label) => [endedJob({ block: { label, text: 'x'.repeat(3_000) } })],
    output: (text) => [endedJob({ block: { label: 'x', text } })],
    'long output': (text) => [endedJob({ block: { label: 'x', text: `${text}\n`.repeat(400) } })],
    'a button': (label) => [endedJob({ buttons: [{ label, operation: 'logs', input: {} }] })],
    'a step': (title) => [webJob({ state: 'accepted', steps: [{ title, state: 'running' }] })],
    'a note': (note) => [webJob({ state: 'accepted', steps: [{ title: 'x', state: 'running' }], note })],
    'why it is unknown': (note) => [webJob({ state: 'unknown', note })],
    'the facts of a plan': (value) => [
      webJob({ kind: 'plan', state: 'ended', plan: { facts: [{ label: value, value, limit: value }], digest: 'x' } }),
    ],
    'the titles of a fan-out': (title) => NODES.map((node) => endedJob({ tone: 'bad', title }, { node })),
    'the details of a fan-out': (text) =>
      NODES.map((node) =>
        endedJob(
          { tone: 'bad', title: 'x', facts: [{ label: text, value: text, tone: 'bad' }], block: { label: text, text } },
          { node },
        ),
      ),
  };
  const cases = Object.entries(places).flatMap(([place, jobs]) => WORDS.map((words) => [words, place, jobs] as const));

  test.each(cases)('%j in %s', (words, place, jobs) => {
    const confirm = place === 'the facts of a plan' ? sampleConfirm({ id: webJob().id }) : undefined;
    const screen = screenOf({ post: samplePost(), jobs: jobs(words), confirm }, sampleView());
    expect(flawsOf(screen, OURS)).toEqual([]);
  });
});

function screenOf(story: Story, view: View): Screen {
  const screen = storyScreen(story, view);
  if (!screen) throw new Error('there is nothing to tell');
  return screen;
}

describe('3,000 stories made of hostile strings', () => {
  const random = createRandom(1_912);
  const stories = Array.from({ length: 3_000 }, () => storyOf(random));

  test('are such as a node can really send', () => {
    const sayings = stories.flatMap(({ jobs }) =>
      jobs.flatMap(({ reply, verdict }) => (reply && verdict ? [{ kind: 'verdict', job: 'j', verdict, reply }] : [])),
    );
    const wrong = sayings.filter((saying) => !Event.safeParse({ v: 1, log: 'l', seq: 1, at: T0, saying }).success);
    expect(sayings.length).toBeGreaterThan(1_000);
    expect(wrong).toEqual([]);
  });

  const flaws = stories.flatMap((story) => {
    const now = T0 + random.pick([1_000, 60_000, 130_000, 400_000]);
    return flawsOf(screenOf(story, sampleView({ now })), OURS);
  });

  test.each<[string, Flaw['kind']]>([
    ['balanced markup with our own tags only', 'markup'],
    ['something to show, and no more of it than Telegram takes', 'length'],
    ['no control, bidi or invisible character', 'hidden'],
    ['nothing that can be tapped but our own commands', 'tappable'],
    ['buttons with words that can be trusted', 'button'],
    ['files with names and captions that can be trusted', 'file'],
  ])('become screens with %s', (_, kind) => {
    const found = flaws.filter((flaw) => flaw.kind === kind).map(({ what }) => what);
    expect({ count: found.length, some: [...new Set(found)].slice(0, 10) }).toEqual({ count: 0, some: [] });
  });
});

test('the hostile strings do hold what they are feared for', () => {
  const text = NAUGHTY.join(' ');
  expect(tappable({ text, marks: [] })).toEqual(
    expect.arrayContaining(['/restart_prod', '@userbot', '#tag', '#тег', '$USD', 'https://e', 'tg://r']),
  );
  expect(() => parseTelegram(text)).toThrow();
  expect(text.isWellFormed()).toBe(false);
});

function storyOf(random: Random): Story {
  const post = samplePost();
  const count = random.pick([1, 1, 1, 2, 3]);
  if (count > 1) {
    const same = replyOf(random);
    const jobs = NODES.slice(0, count).map((node) => jobOf(random, node, random.chance(40) ? same : replyOf(random)));
    return { post, jobs, confirm: undefined };
  }
  if (random.chance(25)) return { post, jobs: [planOf(random)], confirm: sampleConfirm({ id: webJob().id }) };
  return { post, jobs: [jobOf(random, 'alpha', replyOf(random))], confirm: undefined };
}

function jobOf(random: Random, node: string, reply: Reply): Job {
  const steps = Array.from({ length: random.below(5) }, () => ({
    title: hostile(random, 100),
    state: random.pick(['to come', 'running', 'done', 'failed'] as const),
  }));
  const common = {
    node,
    steps,
    ...random.pick(OPERATIONS),
    ...(random.chance(50) ? { note: hostile(random, 300) } : {}),
  };
  if (random.chance(30)) return webJob({ ...common, state: random.pick(['queued', 'accepted', 'unknown'] as const) });
  const endedAt = T0 + random.pick([1_000, 60_000]);
  return webJob({ ...common, state: 'ended', verdict: random.pick(Verdict.options), reply, endedAt, tookMs: 1 });
}

function planOf(random: Random): Job {
  const facts = Array.from({ length: random.below(20) }, () => factOf(random));
  return webJob({ kind: 'plan', state: 'ended', plan: { facts, digest: 'a'.repeat(64) } });
}

function replyOf(random: Random): Reply {
  const some = <T>(most: number, make: () => T) => Array.from({ length: random.below(most + 1) }, make);
  const block = () => ({ label: hostile(random, 120), text: hostile(random, random.pick([50, 2_400, 2_500, 20_000])) });
  const input: ReplyInput = {
    tone: random.pick(Tone.options),
    title: hostile(random, 300),
    facts: some(random.pick([3, 60]), () => factOf(random)),
    buttons: some(6, () => ({ label: hostile(random, 40), operation: 'logs', input: {} })),
    ...(random.chance(60) ? { block: block() } : {}),
  };
  return Reply.parse(input);
}

function factOf(random: Random) {
  return {
    label: hostile(random, 64),
    value: hostile(random, random.pick([20, 400])),
    ...(random.chance(50) ? { limit: hostile(random, 100) } : {}),
    ...(random.chance(50) ? { tone: random.pick(Tone.options) } : {}),
  };
}

const OPERATIONS: Pick<Job, 'operation' | 'input'>[] = [
  { operation: 'restart', input: { target: 'web' } },
  { operation: 'logs', input: { target: 'web', grep: '../\u202e/restart_prod <b>' } },
  { operation: 'health', input: {} },
];
