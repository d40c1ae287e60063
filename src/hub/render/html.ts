import { escapeHtml, sanitise } from '#src/kit/text.ts';

/** Text with its HTML made: only functions of this file make it, so that nothing unescaped reaches Telegram. */
export type Html = string & { readonly html: true };

/** Our own words; commands in them can be tapped. */
export function ours(text: string): Html {
  return escapeHtml(text) as Html;
}

/** Words from a node: cleaned, and with nothing in them that Telegram would turn into a command, a mention or a link. */
export function theirs(text: string): Html {
  const JOINER = '\u2060';
  const quiet = sanitise(text)
    .replace(/(^|[^\p{L}\p{N}])([/@#$])(?=[\p{L}\p{N}_])/gu, `$1$2${JOINER}`)
    .replace(/([.:])(?=[\p{L}\p{N}\p{So}_/])/gu, `$1${JOINER}`);
  return escapeHtml(quiet) as Html;
}

/** A value from a node in code type: Telegram makes no links inside. */
export function code(text: string): Html {
  return `<code>${escapeHtml(sanitise(text))}</code>` as Html;
}

/** Quoted output. */
export function pre(text: string): Html {
  return `<pre>${escapeHtml(sanitise(text))}</pre>` as Html;
}

export function bold(inner: Html): Html {
  return `<b>${inner}</b>` as Html;
}

export function italic(inner: Html): Html {
  return `<i>${inner}</i>` as Html;
}

/** Pieces of one line, empty ones left out. */
export function line(...pieces: (Html | undefined | false)[]): Html {
  return pieces.filter((piece) => piece !== undefined && piece !== false && piece !== '').join(' ') as Html;
}

/** Lines one below the other, undefined ones left out. */
export function lines(all: readonly (Html | undefined)[]): Html {
  return all.filter((each) => each !== undefined).join('\n') as Html;
}

/** The same without markup, for the day on which Telegram cannot read it. */
export function plain(html: string): string {
  return html
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
