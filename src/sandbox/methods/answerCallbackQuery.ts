import { viewOf } from '../entry.ts';
import { badRequest } from '../refusal.ts';
import { countCharacters } from '../text/readText.ts';
import type { Method } from './method.ts';
import { DONE } from './method.ts';

/** answerCallbackQuery: once per press and in time. */
export const answerCallbackQuery: Method = (world, params) => {
  const text = params.text('text');
  const url = params.text('url');
  if (countCharacters(text) > 200) throw badRequest('MESSAGE_TOO_LONG');
  const answer = { text, show_alert: params.flag('show_alert'), ...(url === '' ? {} : { url }) };
  const { room, entry, from } = world.callbacks.answer(params.text('callback_query_id').trim(), answer);
  if (room.entries.get(entry.message.message_id) === entry) {
    const { show_alert } = answer;
    world.events.publish({
      type: 'answer',
      chat: room.chat.id,
      message: viewOf(entry),
      from: from.id,
      text,
      show_alert,
    });
  }
  return DONE;
};
