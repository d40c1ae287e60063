import type { Api } from 'grammy';
import { InputFile } from 'grammy';
import { clip } from '#src/kit/text.ts';
import type { Post } from '#src/ledger/records.ts';
import { plain } from '../render/html.ts';
import type { Screen } from '../render/screen.ts';
import type { Trouble } from './telegram.ts';
import { troubleOf } from './telegram.ts';

/** What came of showing a screen: the message that shows it, and what stopped it half-way. */
export interface Shown {
  message: number | undefined;
  extras: Post['extras'];
  trouble: Trouble | undefined;
}

/** Makes a post's message show a screen: sends or edits it, replaces it when it is gone, then sends what belongs beside it. */
export function createShow(api: Api, protect: boolean) {
  const place = (post: Post) => ({
    protect_content: protect,
    ...(post.thread === undefined ? {} : { message_thread_id: post.thread }),
  });
  const text = (screen: Screen, asPlain: boolean) => {
    const words = asPlain ? clip(plain(screen.html), 4_000) : screen.html;
    return {
      words,
      options: {
        // Without our markup the whole is quoted, so that nothing of a node's words can be tapped.
        ...(asPlain
          ? { entities: [{ type: 'pre' as const, offset: 0, length: words.length }] }
          : { parse_mode: 'HTML' as const }),
        link_preview_options: { is_disabled: true },
        reply_markup: { inline_keyboard: screen.keyboard },
      },
    };
  };

  const send = async (post: Post, screen: Screen, asPlain: boolean): Promise<number> => {
    const { words, options } = text(screen, asPlain);
    const reply = post.replyTo === undefined ? {} : replyTo(post.replyTo);
    return (await api.sendMessage(post.chat, words, { ...options, ...place(post), ...reply })).message_id;
  };
  const edit = async (post: Post, message: number, screen: Screen, asPlain: boolean): Promise<number> => {
    const { words, options } = text(screen, asPlain);
    await api.editMessageText(post.chat, message, words, options);
    return message;
  };

  const main = async (post: Post, screen: Screen, asPlain = false): Promise<Pick<Shown, 'message' | 'trouble'>> => {
    const { message } = post;
    try {
      const shown =
        message === undefined ? await send(post, screen, asPlain) : await edit(post, message, screen, asPlain);
      return { message: shown, trouble: undefined };
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind === 'same') return { message, trouble: undefined };
      if (trouble.kind === 'markup' && !asPlain) return await main(post, screen, true);
      if (trouble.kind === 'gone' && message !== undefined)
        return await main({ ...post, message: undefined }, screen, asPlain);
      if (trouble.kind === 'no topic' && post.thread !== undefined)
        return await main({ ...post, thread: undefined }, screen, asPlain);
      return { message, trouble };
    }
  };

  const extras = async (post: Post, message: number, screen: Screen): Promise<Pick<Shown, 'extras' | 'trouble'>> => {
    const done = [...post.extras];
    const options = { ...place(post), ...replyTo(message) };
    try {
      for (const { key, html, force } of (screen.alarms ?? []).filter((alarm) => !done.includes(alarm.key))) {
        const forced = force && { ...replyTo(post.replyTo ?? message), reply_markup: FORCE };
        await api.sendMessage(post.chat, html, { ...options, ...forced, parse_mode: 'HTML' });
        done.push(key);
      }
      if (screen.final && screen.file && !done.includes('file')) {
        const { name, text: content, caption } = screen.file;
        await api.sendDocument(post.chat, new InputFile(Buffer.from(content), name), { ...options, caption });
        done.push('file');
      }
      if (screen.final && screen.ring && !done.includes('ring')) {
        await api.sendMessage(post.chat, screen.ring, { ...options, parse_mode: 'HTML' });
        done.push('ring');
      }
      return { extras: done, trouble: undefined };
    } catch (error) {
      return { extras: done, trouble: troubleOf(error) };
    }
  };

  return async (post: Post, screen: Screen): Promise<Shown> => {
    const { message, trouble } = await main(post, screen);
    if (trouble || message === undefined) return { message, trouble, extras: post.extras };
    return { message, ...(await extras(post, message, screen)) };
  };
}

/** Opens an answer for the one whose message is answered. */
const FORCE = { force_reply: true as const, selective: true };

function replyTo(message: number) {
  return { reply_parameters: { message_id: message, allow_sending_without_reply: true } };
}
