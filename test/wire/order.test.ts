import { describe, expect, test } from 'vitest';
import { Order, WorkOrder } from '#src/wire/order.ts';

const RUN = { kind: 'run', v: 1, operation: 'restart', version: 1, input: { target: 'web' }, operator: 7 };
const PLAN = { ...RUN, kind: 'plan' };
const QUERY = { kind: 'query', v: 1 };
const CANCEL = { kind: 'cancel', v: 1, job: 'job1', operator: 7, by: 'Ada' };
const DIGEST = 'a'.repeat(64);

describe('the hub can ask a node', () => {
  test.each<[string, object, boolean]>([
    ['to do something', RUN, true],
    ['to do what was planned', { ...RUN, plan: DIGEST }, true],
    ['what it would do', PLAN, true],
    ['what it has not acknowledged', QUERY, false],
    ['how a job stands', { ...QUERY, job: 'job1' }, false],
    ['to cancel a job', CANCEL, false],
  ])('%s', (_, order, isWork) => {
    expect(Order.parse(order)).toEqual(order);
    expect(WorkOrder.safeParse(order).success).toBe(isWork);
  });
});

describe('an order is refused with', () => {
  test.each<[string, object]>([
    ['an unknown kind', { ...RUN, kind: 'shell' }],
    ['no kind', { ...RUN, kind: undefined }],
    ['another version of the form', { ...RUN, v: 2 }],
    ['a key of its own', { ...RUN, env: {} }],
    ['a plan in a plan', { ...PLAN, plan: DIGEST }],
    ['a short digest', { ...RUN, plan: 'a' }],
    ['version 0 of the operation', { ...RUN, version: 0 }],
    ['a version that is text', { ...RUN, version: '1' }],
    ['an operator by name', { ...RUN, operator: '@ada' }],
    ['operator 0', { ...RUN, operator: 0 }],
    ['a group as the operator', { ...RUN, operator: -100 }],
    ['an operator beyond whole numbers', { ...RUN, operator: 2 ** 53 }],
    ['no operator', { ...RUN, operator: undefined }],
    ['no arguments', { ...RUN, input: undefined }],
    ['an argument that is a list', { ...RUN, input: { target: ['a', 'b'] } }],
    ['an argument of 201 characters', { ...RUN, input: { target: 'x'.repeat(201) } }],
    ['a long operation', { ...RUN, operation: 'x'.repeat(33) }],
    ['no job to cancel', { ...CANCEL, job: undefined }],
    ['a long job to cancel', { ...CANCEL, job: 'x'.repeat(41) }],
    ['something to do in a query', { ...QUERY, operation: 'restart' }],
  ])('%s', (_, order) => {
    expect(Order.safeParse(order).success).toBe(false);
  });
});
