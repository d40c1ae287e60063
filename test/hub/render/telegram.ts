import type { Screen } from '#src/hub/render/screen.ts';
import { readButton } from '#src/hub/telegram/buttons.ts';

/** Text and what is marked in it, as Telegram sees it after parsing. */
export interface Parsed {
  text: string;
  marks: { tag: string; from: number; to: number }[];
}

const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** Reads the little HTML that this hub may write; throws on every other tag, attribute, entity or nesting. */
export function parseTelegram(html: string): Parsed {
  let text = '';
  const marks: Parsed['marks'] = [];
  const open: { tag: string; from: number }[] = [];
  for (const [token] of html.matchAll(/<[^>]*>?|&[^;\s]*;?|[^<&]/gsu)) {
    const [, slash, tag = ''] = /^<(\/?)(b|i|code|pre)>$/.exec(token) ?? [];
    if (slash === '') {
      if (open.some((each) => each.tag === 'code' || each.tag === 'pre')) throw new Error(`${token} inside code`);
      open.push({ tag, from: text.length });
    } else if (slash === '/') {
      const last = open.pop();
      if (last?.tag !== tag) throw new Error(`${token} closes ${last?.tag}`);
      marks.push({ ...last, to: text.length });
    } else if (/^[<&>]/.test(token)) {
      const char = ENTITIES[token];
      if (char === undefined) throw new Error(`not ours: ${token}`);
      text += char;
    } else text += token;
  }
  if (open.length > 0) throw new Error(`${open.at(-1)?.tag} is not closed`);
  return { text, marks };
}

/** What Telegram makes of words by itself outside code: commands, mentions, tags, links. Errs on the side of finding too much. */
const BY_ITSELF = [
  /(?<![\p{L}\p{N}_/<>])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\p{L}\p{N}_/<>])/gu,
  /(?<![\p{L}\p{N}_])@[A-Za-z0-9_]{2,32}/gu,
  /(?<![\p{L}\p{N}_])#[\p{L}\p{N}_]*\p{L}/gu,
  /(?<![\p{L}\p{N}_$])\$[A-Z]{1,8}(?![\p{L}\p{N}_$])/gu,
  /[a-z][a-z0-9+.-]*:\/\/\S/giu,
  /[\p{L}\p{N}\p{M}\p{So}_~-]\.\p{L}{2}/gu,
  /\d{1,3}(?:\.\d{1,3}){3}/gu,
];

/** The words outside code that Telegram would make tappable. */
export function tappable({ text, marks }: Parsed): string[] {
  const visible = marks
    .filter(({ tag }) => tag === 'code' || tag === 'pre')
    .reduce((all, { from, to }) => all.slice(0, from) + ' '.repeat(to - from) + all.slice(to), text);
  return BY_ITSELF.flatMap((form) => [...visible.matchAll(form)].map(([found]) => found));
}

/** One thing that is wrong with a screen. */
export interface Flaw {
  kind: 'markup' | 'length' | 'hidden' | 'tappable' | 'button' | 'file';
  what: string;
}

/** Everything that is wrong with what a screen would show; `commands` are those of ours that may be tapped. */
export function flawsOf(screen: Screen, commands: readonly string[]): Flaw[] {
  const { html, ring, file, keyboard } = screen;
  return [
    ...flawsOfHtml(html, commands),
    ...(ring === undefined ? [] : flawsOfHtml(ring, [])),
    ...(file ? flawsOfFile(file).map((what) => ({ kind: 'file' as const, what })) : []),
    ...flawsOfKeyboard(keyboard).map((what) => ({ kind: 'button' as const, what })),
  ];
}

function flawsOfHtml(html: string, commands: readonly string[]): Flaw[] {
  let parsed: Parsed;
  try {
    parsed = parseTelegram(html);
  } catch (error) {
    return [{ kind: 'markup', what: `${error}` }];
  }
  const { text } = parsed;
  return [
    ...(text.length > 4_096 ? [{ kind: 'length' as const, what: `${text.length} characters` }] : []),
    ...(Buffer.byteLength(html) > 32_768 ? [{ kind: 'length' as const, what: `${html.length} of markup` }] : []),
    ...(text.trim() === '' ? [{ kind: 'length' as const, what: 'nothing to show' }] : []),
    ...hiddenIn(text).map((what) => ({ kind: 'hidden' as const, what })),
    ...tappable(parsed)
      .filter((found) => !commands.includes(found))
      .map((what) => ({ kind: 'tappable' as const, what })),
  ];
}

function hiddenIn(text: string): string[] {
  // The word joiner is ours: it keeps words from being tappable.
  const hidden = text.match(/(?![\n\t\u2060])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  return [
    ...(hidden ? [`hidden U+${hidden[0].codePointAt(0)?.toString(16)}`] : []),
    ...(text.isWellFormed() ? [] : ['half a character']),
  ];
}

function flawsOfFile({ name, caption, text }: NonNullable<Screen['file']>): string[] {
  return [
    ...(/^[A-Za-z0-9_.-]{1,64}\.txt$/.test(name) ? [] : [`name ${name}`]),
    ...(caption.length > 1_024 ? ['a long caption'] : []),
    ...hiddenIn(caption),
    ...tappable({ text: caption, marks: [] }).map((found) => `tappable ${found}`),
    ...(text === '' ? ['nothing in it'] : []),
  ];
}

function flawsOfKeyboard(keyboard: Screen['keyboard']): string[] {
  const buttons = keyboard.flat();
  return [
    ...(keyboard.some((row) => row.length > 8) ? ['more than 8 in a row'] : []),
    ...buttons.flatMap(({ text }) => hiddenIn(text)),
    ...buttons.filter(({ text }) => text.trim() === '').map(() => 'no words'),
    ...buttons.filter(({ text }) => text.trim().includes('\n')).map(() => 'two lines'),
    ...buttons.flatMap((each) => ('callback_data' in each ? [each.callback_data] : [undefined])).flatMap(unreadable),
  ];
}

function unreadable(data: string | undefined): string[] {
  return readButton(data) === undefined ? [`data ${data}`] : [];
}
