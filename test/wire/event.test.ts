import { describe, expect, test } from 'vitest';
import { Event } from '#src/wire/event.ts';

const at = 1_790_000_000_000;
const event = (saying: object, more: object = {}) => ({ v: 1, log: 'log1', seq: 1, base: 0, at, saying, ...more });
const REPLY = { tone: 'ok', title: 'done', facts: [], buttons: [] };
const ALERT = { id: 'a', fingerprint: 'workload web', state: 'open', reply: REPLY, openedAt: at };
const ASKS = { proof: 'hub', approvers: 1, selfApproval: false, reason: true };
const planned = (asks: object) => ({ kind: 'planned', job: 'j', plan: { facts: [], digest: 'a'.repeat(64) }, asks });
const STEPS = [{ title: 'Restart it', state: 'running' }];

describe('an agent can say', () => {
  test.each<[string, object]>([
    ['that a job is accepted', { kind: 'accepted', job: 'j' }],
    ['how it goes on', { kind: 'progress', job: 'j', steps: STEPS, note: 'pid 1' }],
    ['how it goes on without a note', { kind: 'progress', job: 'j', steps: [] }],
    ['what it would do', { kind: 'planned', job: 'j', plan: { facts: [], digest: 'a'.repeat(64) } }],
    ['what it would do, and what has to come with the order', planned({ ...ASKS, by: [7, 8] })],
    ['that anybody may approve', planned({ ...ASKS, by: '*' })],
    ['that too many may approve to name them', planned(ASKS)],
    ['what is wrong', { kind: 'alert', alert: ALERT }],
    [
      'that it is over',
      { kind: 'alert', alert: { ...ALERT, state: 'resolved', resolvedAt: at, resolution: 'web runs' } },
    ],
    [
      'how a job ended, and where it was asked',
      {
        ...{ kind: 'verdict', job: 'j', verdict: 'done', reply: REPLY },
        asked: { operation: 'restart', input: { target: 'web' }, operator: 7, place: { chat: -100, thread: 5 } },
      },
    ],
    ['that it does not know', { kind: 'unknown', job: 'j', because: 'interrupted' }],
    ['how it ended', { kind: 'verdict', job: 'j', verdict: 'needs human', reply: REPLY, tookMs: 0 }],
  ])('%s', (_, saying) => {
    expect(Event.parse(event(saying))).toEqual(event(saying));
  });
});

describe('an event is refused with', () => {
  const accepted = { kind: 'accepted', job: 'j' };
  const verdict = { kind: 'verdict', job: 'j', verdict: 'done', reply: REPLY };
  test.each<[string, object]>([
    ['number 0', event(accepted, { seq: 0 })],
    ['half a number', event(accepted, { seq: 1.5 })],
    ['a number beyond whole numbers', event(accepted, { seq: 2 ** 53 })],
    ['another version', event(accepted, { v: 2 })],
    ['a key of its own', event(accepted, { node: 'beta' })],
    ['a saying with a key of its own', event({ ...accepted, node: 'beta' })],
    ['an unknown saying', event({ kind: 'done', job: 'j' })],
    ['a long job', event({ ...accepted, job: 'j'.repeat(41) })],
    ['an unknown verdict', event({ ...verdict, verdict: 'fine' })],
    ['a negative time', event({ ...verdict, tookMs: -1 })],
    ['endless time', event({ ...verdict, tookMs: Number.POSITIVE_INFINITY })],
    ['a demand of its own', event(planned({ ...ASKS, device: true }))],
    ['a demand that is not whole', event(planned({ proof: 'hub', approvers: 1 }))],
    ['four approvers', event(planned({ ...ASKS, approvers: 4 }))],
    ['an unknown proof', event(planned({ ...ASKS, proof: 'none' }))],
    ['a name among the approvers', event(planned({ ...ASKS, by: ['ada'] }))],
    ['no reply', event({ ...verdict, reply: undefined })],
    ['HTML in the reply', event({ ...verdict, reply: { ...REPLY, html: '<b>' } })],
    ['41 steps', event({ kind: 'progress', job: 'j', steps: Array(41).fill(STEPS[0]) })],
    ['a long note', event({ kind: 'progress', job: 'j', steps: [], note: 'x'.repeat(301) })],
    ['an unknown state of a step', event({ kind: 'progress', job: 'j', steps: [{ title: 'x', state: 'skipped' }] })],
  ])('%s', (_, wrong) => {
    expect(Event.safeParse(wrong).success).toBe(false);
  });
});
