import type { Message } from 'grammy/types';
import type { Content, Entry } from '../entry.ts';

type Quoted = NonNullable<Message['reply_to_message']>;

/** What a message carries that answers another one: that one as it stands, without what it answers itself. */
export function answering({ message }: Entry): Content {
  const { reply_to_message: _, ...quoted } = message;
  return answersNothing(quoted) ? { reply_to_message: quoted } : {};
}

/** An answer lands in the topic of what it answers. */
export function topicOfAnswer({ message: { message_thread_id } }: Entry): Content {
  return message_thread_id === undefined ? {} : { message_thread_id, is_topic_message: true };
}

// The type of grammY says so in a way that no object literal can satisfy under exactOptionalPropertyTypes.
function answersNothing(message: Message): message is Quoted {
  return message.reply_to_message === undefined;
}
