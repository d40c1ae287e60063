import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { joinDoors } from '#src/hub/web/joinDoors.ts';
import { createHubServer } from '#src/hub/web/server.ts';
import { Problem } from '#src/kit/problem.ts';
import type { JoinAnswer } from '#src/wire/join.ts';

const log = pino({ level: 'silent' });

/** A server whose only doors are those of machines that join. */
async function setUp(join?: (body: unknown) => Promise<JoinAnswer>) {
  const server = createHubServer({ doors: joinDoors({ join, key: 'ng1.a.b', log }), log });
  const port = await server.listen(0);
  onTestFinished(() => server.close());
  const url = `http://127.0.0.1:${port}`;
  const post = async (body: string) => await fetch(`${url}/join`, { method: 'POST', body });
  return { url, post };
}

test('without enrolment there is no such address', async () => {
  const { url, post } = await setUp();
  expect([(await fetch(`${url}/join/key`)).status, (await post('{}')).status]).toEqual([404, 404]);
});

test('a request may be 10 kB long, and anything shorter is judged whatever it is', async () => {
  const bodies: unknown[] = [];
  const { url, post } = await setUp(async (body) => {
    bodies.push(body);
    return { state: 'wrong' };
  });
  expect(await (await fetch(`${url}/join/key`)).json()).toEqual({ key: 'ng1.a.b' });
  expect((await post('x'.repeat(10 * 1024 + 1))).status).toBe(413);
  expect((await post('not json')).status).toBe(401);
  expect(bodies).toEqual([undefined]);
});

test('a ledger that is away is said as 503, so that the machine asks again', async () => {
  const { post } = await setUp(async () => {
    throw new Problem('ledger', 'The ledger is away.');
  });
  const answer = await post('{}');
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
});

test('who guesses is held up: after a hundred at once nothing is judged', async () => {
  let judged = 0;
  const { post } = await setUp(async () => {
    judged += 1;
    return { state: 'wrong' };
  });
  const statuses = await Promise.all(Array.from({ length: 200 }, async () => (await post('{}')).status));
  expect(statuses).toContain(429);
  expect(judged).toBeLessThan(150);
});
