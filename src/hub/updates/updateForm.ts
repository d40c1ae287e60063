import type { Update } from 'grammy/types';
import { z } from 'zod';

const User = z.looseObject({ id: z.int(), is_bot: z.boolean() });
const Chat = z.looseObject({ id: z.int(), type: z.string() });
const Entity = z.looseObject({ type: z.string(), offset: z.int(), length: z.int() });

/** What is read of a message. A message whose number is 0 cannot be answered, nor told from the next one. */
const Message = z.looseObject({
  message_id: z.int().positive(),
  date: z.int(),
  chat: Chat,
  from: User.optional(),
  text: z.string().optional(),
  entities: z.array(Entity).optional(),
  is_topic_message: z.boolean().optional(),
  message_thread_id: z.int().optional(),
  reply_to_message: z.looseObject({ from: z.looseObject({ id: z.int() }).optional() }).optional(),
  migrate_to_chat_id: z.int().optional(),
  migrate_from_chat_id: z.int().optional(),
});

/** What is read of an update: all of it has the type that the Bot API gives it. What nobody reads may be anything. */
const UpdateForm = z.looseObject({
  update_id: z.int(),
  message: Message.optional(),
  callback_query: z
    .looseObject({ id: z.string(), from: User, data: z.string().optional(), message: Message.optional() })
    .optional(),
  my_chat_member: z
    .looseObject({ chat: Chat, from: User, new_chat_member: z.looseObject({ status: z.string() }) })
    .optional(),
});

/** Whether an update is what it is taken for, so that everybody behind the gate may rely on its types. */
export function isOfForm(update: unknown): update is Update {
  return UpdateForm.safeParse(update).success;
}

/** The id of whoever sent an update, of whatever kind and form it is; 0 when it does not say. */
export function senderOf(update: object): number {
  for (const [kind, value] of Object.entries(update)) {
    if (kind === 'update_id') continue;
    const sender = Sender.safeParse(value).data;
    const id = sender?.from?.id ?? sender?.user?.id;
    if (id !== undefined) return id;
  }
  return 0;
}

const Sender = z.object({
  from: z.object({ id: z.int() }).optional().catch(undefined),
  user: z.object({ id: z.int() }).optional().catch(undefined),
});
