import type { Chat, ReactionType, User } from 'grammy/types';
import type { Content, Entry, RoomMessage } from './entry.ts';
import { viewOf } from './entry.ts';
import type { Events, SandboxEvent } from './events.ts';
import { GROUP, PEOPLE, STRANGER_ID } from './people.ts';
import type { Topic } from './settings.ts';
import { unixTime } from './settings.ts';

/** One chat with its messages. */
export interface Room {
  readonly chat: Chat.PrivateChat | Chat.SupergroupChat;
  readonly members: readonly number[];
  readonly topics: readonly Topic[];
  readonly entries: ReadonlyMap<number, Entry>;
  /** Whether the bot may write here: somebody has spoken to it. */
  opened: boolean;
  botIsMember: boolean;
}

/** Every chat of the sandbox. */
export interface Rooms {
  all(): Room[];
  find(chatId: number): Room | undefined;
  post(room: Room, from: User, content: Content, forceReply?: boolean): Entry;
  /** Puts another version in a message's place and counts the edit. */
  edit(room: Room, entry: Entry, message: RoomMessage): void;
  react(room: Room, entry: Entry, reactions: ReactionType[]): void;
  remove(room: Room, entry: Entry): void;
}

type MutableRoom = Room & { entries: Map<number, Entry>; last: number };

/** The private chats and the group, all of them empty. */
export function createRooms(deps: { now: () => Date; events: Events; topics: readonly Topic[] }): Rooms {
  const rooms = new Map([...privateRooms(), groupRoom(deps.topics)].map((room) => [room.chat.id, room]));
  const own = (room: Room): MutableRoom => {
    const found = rooms.get(room.chat.id);
    if (!found) throw new Error(`no room ${room.chat.id}`);
    return found;
  };
  const tell = (type: 'message' | 'edit' | 'delete', room: Room, entry: Entry) => {
    const event: SandboxEvent = { type, chat: room.chat.id, message: viewOf(entry) };
    deps.events.publish(event);
  };
  return {
    all: () => [...rooms.values()],
    find: (chatId) => rooms.get(chatId),
    post: (room, from, content, forceReply = false) => {
      const { entries } = own(room);
      const id = { message_id: ++own(room).last, from, chat: room.chat };
      const message: RoomMessage = { ...id, ...content, date: content.date ?? unixTime(deps.now()) };
      const entry: Entry = { message, edits: 0, forceReply, reactions: [] };
      entries.set(message.message_id, entry);
      tell('message', room, entry);
      return entry;
    },
    edit: (room, entry, message) => {
      entry.message = message;
      entry.edits += 1;
      tell('edit', room, entry);
    },
    react: (room, entry, reactions) => {
      entry.reactions = reactions;
      tell('edit', room, entry);
    },
    remove: (room, entry) => {
      own(room).entries.delete(entry.message.message_id);
      tell('delete', room, entry);
    },
  };
}

function privateRooms(): MutableRoom[] {
  return PEOPLE.map(({ id, first_name }) => ({
    ...emptyRoom(),
    chat: { id, type: 'private', first_name },
    members: [id],
    opened: id !== STRANGER_ID,
  }));
}

function groupRoom(topics: readonly Topic[]): MutableRoom {
  const chat = topics.length > 0 ? { ...GROUP, is_forum: true as const } : GROUP;
  return { ...emptyRoom(), chat, members: PEOPLE.map(({ id }) => id), topics, opened: true };
}

function emptyRoom() {
  return { topics: [], entries: new Map<number, Entry>(), last: 0, botIsMember: true };
}
