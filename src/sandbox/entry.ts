import type { Message, ReactionType, Update } from 'grammy/types';

/** A message in a private chat or the group. */
export type RoomMessage = Message & Update.NonChannel;

/** One message as it stands now. */
export interface Entry {
  message: RoomMessage;
  edits: number;
  forceReply: boolean;
  reactions: ReactionType[];
}

/** A message as the client side shows it. */
export type MessageView = RoomMessage & { edits: number; force_reply?: true; reactions?: ReactionType[] };

/** What a new message brings besides its number, chat and author. */
export type Content = Partial<Omit<Message, 'message_id' | 'chat' | 'from'>>;

/** A message as the client side shows it: as it stands, and how often it was edited. */
export function viewOf({ message, edits, forceReply, reactions }: Entry): MessageView {
  return {
    ...message,
    edits,
    ...(forceReply ? { force_reply: true } : {}),
    ...(reactions.length > 0 ? { reactions } : {}),
  };
}
