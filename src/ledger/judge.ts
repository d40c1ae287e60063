import type { Press, Pressed } from './port.ts';
import type { Confirm, Post } from './records.ts';

/** What a press of this button comes to: the right person in the right place, once and in time, or why not. */
export function judgePress(
  confirm: Confirm,
  post: Pick<Post, 'chat' | 'message'>,
  press: Pick<Press, 'answer' | 'operator' | 'chat' | 'message' | 'now'>,
): Pressed {
  if (press.operator !== confirm.operator.id) return 'not yours';
  if (press.chat !== post.chat) return 'elsewhere';
  if (post.message !== undefined && press.message !== post.message) return 'elsewhere';
  if (confirm.state !== 'open') return confirm.state === press.answer ? 'again' : 'answered';
  return press.now >= confirm.expiresAt ? 'expired' : 'taken';
}
