import { expect, test } from 'vitest';
import { questionScreen } from '#src/hub/render/question.ts';
import type { Post, Proving } from '#src/ledger/records.ts';
import { sampleConfirm, samplePost, T0 } from '../../ledger/samples.ts';
import { OPERATORS, sampleView, webJob } from '../samples.ts';

const [ADA] = OPERATORS as unknown as [(typeof OPERATORS)[number]];
const DIGEST = 'a'.repeat(64);
const ASKS = { proof: 'stepup' as const, approvers: 0, selfApproval: false, reason: false, by: '*' as const };
const PLAN = webJob({ kind: 'plan', state: 'ended', plan: { facts: [], digest: DIGEST }, asks: ASKS });
const YES = { operator: { id: ADA.id, name: ADA.name }, plan: DIGEST, at: T0 };
const SENT: Proving = { operator: ADA.id, order: 'o1', approver: 'vault', at: T0 + 50_000 };

/** The last lines of a question that waits for Ada's code, a minute after it was asked. */
function shown(proving: Proving[], post: Partial<Post> = { chat: ADA.id }, now = T0 + 60_000) {
  const said = { turn: 1, yesAt: T0, wrong: 0, typed: [], approvals: [YES], proving, copies: [] };
  const screen = questionScreen(samplePost(post), sampleConfirm({ said }), PLAN, sampleView({ now }));
  return {
    last: screen.html.split('\n').at(-1),
    dueAt: screen.dueAt,
    buttons: screen.keyboard.flat().map(({ text }) => text),
  };
}

test('says before the yes that it takes a code', () => {
  const { html } = questionScreen(samplePost(), sampleConfirm(), PLAN, sampleView());
  expect(html).toContain('It takes the code of an authenticator, which is typed in private.');
});

test('says who has to type it, and where', () => {
  expect(shown([])).toEqual({
    last: '🔑 Ada, type the code of your authenticator here. There is 1 min left.',
    dueAt: T0 + 120_000,
    buttons: ['Cancel'],
  });
  expect(shown([], { chat: -100 }).last).toContain('type the code of your authenticator in our private chat.');
});

test('says that it is looked at, and after half a minute that nobody answers', () => {
  expect(shown([SENT])).toMatchObject({ last: '🔑 vault is looking at the code of Ada…', dueAt: T0 + 81_000 });
  const { last, dueAt } = shown([SENT], { chat: ADA.id }, T0 + 81_000);
  expect(last).toBe('🔑 vault does not answer. Ada, type the code of your authenticator here. There is 39 s left.');
  expect(dueAt).toBe(T0 + 120_000);
});

test.each<[Proving['found'], number | undefined, string]>([
  ['wrong', 3, 'That was not the code; 3 tries are left. Ada, type'],
  ['wrong', 1, 'That was not the code; 1 try is left. Ada, type'],
  ['used', undefined, 'That code has been used: wait for the next one. Ada, type'],
  ['late', undefined, 'The code came too late to vault, or its clock is wrong. Ada, type'],
  ['unknown', undefined, 'vault does not know the authenticator of Ada. There: nightguard approver add 7 Ada'],
  ['locked', undefined, 'Ada is locked after too many wrong codes. On vault: nightguard approver unlock 7 There is'],
])('of a code that is %s (%s left) it says what to do', (found, left, words) => {
  expect(shown([{ ...SENT, found, ...(left === undefined ? {} : { left }) }]).last).toContain(words);
});
