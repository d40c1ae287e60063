import { afterEach, expect, it } from 'vitest';
import { ADA, closeAll, GROUP, startSandbox, TOKEN } from './fixture.ts';

afterEach(closeAll);

const strict = () => startSandbox({ limits: true });
type Strict = Awaited<ReturnType<typeof strict>>;
const sendTimes = async (world: Strict, chat_id: number, count: number) => {
  for (let i = 0; i < count; i += 1) await world.send({ chat_id });
};

it('lets a private chat have bursts of 20 and then one message per second', async () => {
  const world = await strict();
  await sendTimes(world, ADA, 20);
  const refused = await world.api('sendMessage', { chat_id: ADA, text: 'x' });
  expect(refused).toEqual({
    status: 429,
    ok: false,
    error_code: 429,
    description: 'Too Many Requests: retry after 1',
    parameters: { retry_after: 1 },
  });
  world.pass(1);
  await sendTimes(world, ADA, 1);
  expect(await world.api('sendMessage', { chat_id: ADA, text: 'x' })).toMatchObject({ status: 429 });
  world.pass(10);
  await sendTimes(world, ADA, 10);
});

it('sends the Retry-After header with it', async () => {
  const world = await strict();
  await sendTimes(world, GROUP, 20);
  world.pass(10);
  const response = await world.post(`/bot${TOKEN}/sendMessage`, { chat_id: GROUP, text: 'x' });
  expect(response.headers.get('retry-after')).toBe('50');
});

it('lets a group have 20 messages and 20 edits per minute, each counted for itself', async () => {
  const world = await strict();
  await sendTimes(world, GROUP, 20);
  const edit = (text: string) => world.api('editMessageText', { chat_id: GROUP, message_id: 1, text });
  for (let i = 0; i < 20; i += 1) expect(await edit(`v${i}`)).toMatchObject({ ok: true });
  world.pass(15);
  expect(await edit('more')).toMatchObject({ status: 429, parameters: { retry_after: 45 } });
  expect(await world.api('sendMessage', { chat_id: GROUP, text: 'x' })).toMatchObject({
    parameters: { retry_after: 45 },
  });
  world.pass(45);
  expect(await edit('more')).toMatchObject({ ok: true });
  await sendTimes(world, GROUP, 20);
});

it('does not count what was refused, and can be switched off', async () => {
  const world = await strict();
  for (let i = 0; i < 30; i += 1) await world.api('sendMessage', { chat_id: GROUP, text: '' });
  await sendTimes(world, GROUP, 20);
  const free = await startSandbox({ limits: false });
  await sendTimes(free, GROUP, 40);
});
