import { charReference } from './charReference.ts';

const TAGS = new Set(
  'a b strong i em s strike del u ins tg-spoiler tg-emoji tg-time span pre code blockquote'.split(' '),
);

/** A start tag as it was written. */
export interface StartTag {
  name: string;
  attributes: Map<string, string>;
  /** Where the text after it begins. */
  end: number;
}

/** Whether Telegram's parser takes this for the end of a word; the end of the text counts. */
export function isSpace(char: string | undefined): boolean {
  return char === undefined || ' \t\r\n\v\0'.includes(char);
}

/** The start tag at `begin`; `fail` gets Telegram's complaint without its byte offset. */
export function readStartTag(source: string, begin: number, fail: (complaint: string, at: number) => never): StartTag {
  let at = begin + 1;
  while (!isSpace(source[at]) && source[at] !== '>') at += 1;
  if (at >= source.length) fail('Unclosed start tag', begin);
  const name = source.slice(begin + 1, at).toLowerCase();
  if (!TAGS.has(name)) fail(`Unsupported start tag "${name}"`, begin);
  const attributes = new Map<string, string>();
  for (at = skipSpaces(source, at); source[at] !== '>'; at = skipSpaces(source, at)) {
    const attribute = readAttribute(source, at, { name, begin, fail });
    attributes.set(attribute.name, attribute.value);
    at = attribute.end;
  }
  return { name, attributes, end: at + 1 };
}

interface Tag {
  name: string;
  begin: number;
  fail: (complaint: string, at: number) => never;
}

function readAttribute(source: string, start: number, tag: Tag): { name: string; value: string; end: number } {
  let at = start;
  while (!isSpace(source[at]) && !`=>/"'`.includes(source[at] ?? '')) at += 1;
  const name = source.slice(start, at);
  if (name === '') tag.fail(`Empty attribute name in the tag "${tag.name}"`, tag.begin);
  at = skipSpaces(source, at);
  if (at >= source.length) tag.fail(`Unclosed start tag "${tag.name}"`, tag.begin);
  if (source[at] !== '=') return { name, value: '1', end: at };
  at = skipSpaces(source, at + 1);
  if (at >= source.length) tag.fail(`Unclosed start tag "${tag.name}"`, tag.begin);
  const { value, end } =
    source[at] === '"' || source[at] === "'" ? readLiteral(source, at) : readToken(source, at, tag);
  if (end >= source.length) tag.fail('Unclosed start tag', tag.begin);
  return { name, value, end };
}

function readToken(source: string, start: number, tag: Tag): { value: string; end: number } {
  let end = start;
  while (/[a-z0-9.-]/i.test(source[end] ?? '')) end += 1;
  if (!isSpace(source[end]) && source[end] !== '>') tag.fail('Unexpected end of name token', start);
  return { value: source.slice(start, end).toLowerCase(), end };
}

function readLiteral(source: string, start: number): { value: string; end: number } {
  const quote = source[start];
  let value = '';
  let at = start + 1;
  while (at < source.length && source[at] !== quote) {
    const reference = source[at] === '&' ? charReference(source, at) : undefined;
    value += reference?.char ?? source[at];
    at = reference?.end ?? at + 1;
  }
  return { value, end: at < source.length ? at + 1 : at };
}

function skipSpaces(source: string, start: number): number {
  let at = start;
  while (at < source.length && isSpace(source[at])) at += 1;
  return at;
}
