import { expect, test } from 'vitest';
import { createLanes } from '#src/agent/lanes.ts';

const one = { job: 'j1', operation: 'restart', since: 1 };
const two = { job: 'j2', operation: 'stop', since: 2 };

test('a free target is taken, and a second one is told who has it', () => {
  const lanes = createLanes();
  expect([lanes.take('web', one), lanes.take('web', two)]).toEqual([undefined, one]);
});

test('other targets are not in the way', () => {
  const lanes = createLanes();
  expect([lanes.take('web', one), lanes.take('db', two)]).toEqual([undefined, undefined]);
});

test('a target that was left can be taken', () => {
  const lanes = createLanes();
  lanes.take('web', one);
  lanes.leave('web', 'j1');
  expect(lanes.take('web', two)).toBeUndefined();
});

test('the same job may take its target again', () => {
  const lanes = createLanes();
  lanes.take('web', one);
  expect([lanes.take('web', one), lanes.take('web', two)]).toEqual([undefined, one]);
});

test('nobody gives away the target of another', () => {
  const lanes = createLanes();
  lanes.take('web', one);
  lanes.leave('web', 'j2');
  lanes.leave('db', 'j1');
  expect(lanes.take('web', two)).toEqual(one);
});

test('a refused job does not wait in line', () => {
  const lanes = createLanes();
  lanes.take('web', one);
  lanes.take('web', two);
  lanes.leave('web', 'j1');
  expect(lanes.take('web', { ...one, job: 'j3' })).toBeUndefined();
});

test.each([
  ['the whole node is not free while one of its targets is worked on', 'web', '*'],
  ['a target is not free while the whole node is worked on', '*', 'web'],
])('%s', (_, first, second) => {
  const lanes = createLanes();
  lanes.take(first, one);
  expect(lanes.take(second, two)).toEqual(one);
});
