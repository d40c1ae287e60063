import type { Update } from 'grammy/types';

/** A kind of update, as allowed_updates names it. */
export type UpdateKind = Exclude<keyof Update, 'update_id'>;

const KINDS: readonly UpdateKind[] = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
  'guest_message',
  'stopped_message_generation',
  'message_reaction',
  'message_reaction_count',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'purchased_paid_media',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
  'managed_bot',
  'subscription',
];

const NOT_BY_DEFAULT: readonly UpdateKind[] = ['chat_member', 'message_reaction', 'message_reaction_count'];

/** What a bot receives that has never asked for anything else. */
export const DEFAULT_KINDS: readonly UpdateKind[] = KINDS.filter((kind) => !NOT_BY_DEFAULT.includes(kind));

/**
 * The kinds that an `allowed_updates` argument asks for: unknown names are ignored, none that is known means the default,
 * and undefined means that nothing was asked, so that the earlier choice stays.
 */
export function askedKinds(allowedUpdates: unknown): readonly UpdateKind[] | undefined {
  if (!Array.isArray(allowedUpdates)) return undefined;
  const names = allowedUpdates.filter((name) => typeof name === 'string').map((name) => name.toLowerCase());
  const known = KINDS.filter((kind) => names.includes(kind));
  return known.length > 0 ? known : DEFAULT_KINDS;
}
