import { badRequest } from '../refusal.ts';
import type { Method } from './method.ts';
import { DONE } from './method.ts';
import { knownRoomOf, writableRoomOf } from './target.ts';

const ACTIONS = [
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
];

/** sendChatAction: checked, and seen only in the record of calls. */
export const sendChatAction: Method = (world, params) => {
  if (!ACTIONS.includes(params.text('action'))) throw badRequest('Wrong parameter action in request');
  writableRoomOf(world, params);
  return DONE;
};

/** getChat: what the bot may know about a chat. */
export const getChat: Method = (world, params) => {
  const { chat } = knownRoomOf(world, params);
  const gifts = { unlimited_gifts: false, limited_gifts: false, unique_gifts: false, premium_subscription: false };
  const common = { accent_color_id: 0, max_reaction_count: 11, accepted_gift_types: gifts };
  if (chat.type === 'private') return { result: { ...chat, ...common } };
  return { result: { ...chat, ...common, permissions: { can_send_messages: true }, join_to_send_messages: true } };
};

/** leaveChat: the bot is out of the group for good. */
export const leaveChat: Method = (world, params) => {
  const room = knownRoomOf(world, params);
  if (room.chat.type === 'private') throw badRequest("chat member status can't be changed in private chats");
  room.botIsMember = false;
  return DONE;
};
