import { z } from 'zod';
import type { Content, Entry } from '../entry.ts';
import type { Params } from '../params.ts';
import { badRequest } from '../refusal.ts';
import type { Room } from '../rooms.ts';
import type { World } from '../world.ts';
import { answering, topicOfAnswer } from './answering.ts';
import { writableRoomOf } from './target.ts';

const Reply = z.looseObject({ message_id: z.int().optional(), allow_sending_without_reply: z.boolean().optional() });

/** What every sending method shares: where to, in answer to what, and how it is protected. */
export interface Envelope {
  room: Room;
  content: Content;
}

/** Reads the shared part of a sending call, or refuses it in Telegram's words and order. */
export function readEnvelope(world: World, params: Params): Envelope {
  const reply = readReply(params);
  const room = writableRoomOf(world, params);
  const target = reply && replyTarget(room, reply);
  return {
    room,
    content: {
      ...(target ? topicOfAnswer(target) : {}),
      ...readThread(room, params),
      ...(target ? answering(target) : {}),
      ...(params.flag('protect_content') ? { has_protected_content: true as const } : {}),
      ...(linkPreviewOff(params) ? { link_preview_options: { is_disabled: true } } : {}),
    },
  };
}

interface ReplyWish {
  messageId: number;
  optional: boolean;
}

function readReply(params: Params): ReplyWish | undefined {
  const sent = params.json('reply_parameters', "Can't parse reply parameters JSON object");
  const optional = params.flag('allow_sending_without_reply');
  if (sent === undefined) {
    const messageId = params.integer('reply_to_message_id');
    return messageId > 0 ? { messageId, optional } : undefined;
  }
  const reply = Reply.safeParse(sent);
  if (!reply.success) throw badRequest(complaint(reply.error));
  if (reply.data.message_id === undefined) throw badRequest('Can\'t find field "message_id"');
  return { messageId: reply.data.message_id, optional: reply.data.allow_sending_without_reply ?? optional };
}

function complaint(error: z.ZodError): string {
  const name = error.issues[0]?.path[0];
  if (name === undefined) return 'Object expected as reply parameters';
  return `Field "${String(name)}" must be of type ${name === 'message_id' ? 'Number' : 'Boolean'}`;
}

function replyTarget(room: Room, { messageId, optional }: ReplyWish): Entry | undefined {
  const entry = room.entries.get(messageId);
  if (!entry && !optional) throw badRequest('message to be replied not found');
  return entry;
}

function readThread(room: Room, params: Params): Content {
  const id = params.integer('message_thread_id');
  if (id === 0) return {};
  if (!room.topics.some((topic) => topic.id === id)) throw badRequest('message thread not found');
  return { message_thread_id: id, is_topic_message: true };
}

function linkPreviewOff(params: Params): boolean {
  const sent = params.json('link_preview_options', "Can't parse link preview options JSON object");
  if (sent === undefined) return params.flag('disable_web_page_preview');
  const options = z.looseObject({ is_disabled: z.boolean().optional() }).safeParse(sent);
  if (options.success) return options.data.is_disabled ?? false;
  if (options.error.issues[0]?.path.length === 0) throw badRequest('Object expected as link preview options');
  throw badRequest('Field "is_disabled" must be of type Boolean');
}
