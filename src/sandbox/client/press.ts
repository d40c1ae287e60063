import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { CallbackAnswer } from '../callbacks.ts';
import type { World } from '../world.ts';
import { participant } from './participant.ts';

/** What POST /sandbox/press takes. No button needs to carry the data: a modified app can send anything. */
export const Pressed = z.strictObject({
  chat: z.int(),
  message_id: z.int(),
  from: z.int(),
  data: z.string().refine((data) => data !== '' && Buffer.byteLength(data) <= 64, 'must have 1 to 64 bytes'),
});

/** A person presses a button; resolves with the bot's answer, or null when none came in time. */
export async function press(
  world: World,
  pressed: z.infer<typeof Pressed>,
): Promise<{ answer: CallbackAnswer | null }> {
  const { room, person } = participant(world, pressed);
  const entry = room.entries.get(pressed.message_id);
  if (!entry) throw new Problem('press', `There is no message ${pressed.message_id} in this chat.`);
  const { promise, resolve } = Promise.withResolvers<CallbackAnswer | null>();
  const giveUp = () => resolve(null);
  const timer = setTimeout(giveUp, world.settings.times.press);
  world.closing.addEventListener('abort', giveUp);
  world.callbacks.open({ room, entry, from: person, data: pressed.data }, resolve);
  const answer = await promise;
  clearTimeout(timer);
  world.closing.removeEventListener('abort', giveUp);
  return { answer };
}
