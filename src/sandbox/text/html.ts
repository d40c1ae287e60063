import type { MessageEntity } from 'grammy/types';
import { badRequest } from '../refusal.ts';
import { charReference } from './charReference.ts';
import type { Formatted } from './formatted.ts';
import { inOrder } from './formatted.ts';
import { entityOf } from './htmlEntity.ts';
import { isSpace, readStartTag } from './htmlTag.ts';

interface Open {
  name: string;
  attributes: ReadonlyMap<string, string>;
  offset: number;
}

interface Parsing {
  source: string;
  text: string;
  entities: MessageEntity[];
  open: Open[];
  /** The language of a `<code class="language-x">` that was just closed, for the `<pre>` around it. */
  language: { offset: number; length: number; name: string } | undefined;
  broken: boolean;
}

/** Telegram's HTML as text and entities; refuses with Telegram's own words and BYTE offsets what it cannot parse. */
export function parseHtml(source: string): Formatted {
  const parsing: Parsing = { source, text: '', entities: [], open: [], language: undefined, broken: false };
  let at = 0;
  while (at < source.length) at = step(parsing, at);
  const left = parsing.open.at(-1);
  if (left) throw refused(`Can't find end tag corresponding to start tag "${left.name}"`);
  if (parsing.broken) {
    throw refused(
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    );
  }
  return { text: parsing.text, entities: inOrder(parsing.entities) };
}

function step(parsing: Parsing, at: number): number {
  const { source } = parsing;
  if (source[at] === '<') return source[at + 1] === '/' ? endTag(parsing, at) : startTag(parsing, at);
  const reference = source[at] === '&' ? charReference(source, at) : undefined;
  parsing.text += reference?.char ?? source[at];
  parsing.broken ||= reference?.surrogate ?? false;
  return reference?.end ?? at + 1;
}

function startTag(parsing: Parsing, begin: number): number {
  const fail = failure(parsing.source);
  const { name, attributes, end } = readStartTag(parsing.source, begin, fail);
  if (name === 'span' && attributes.get('class') !== 'tg-spoiler')
    fail('Tag "span" must have class "tg-spoiler"', begin);
  parsing.open.push({ name, attributes, offset: parsing.text.length });
  return end;
}

function endTag(parsing: Parsing, begin: number): number {
  const { source, open } = parsing;
  const fail = failure(source);
  const element = open.at(-1) ?? fail('Unexpected end tag', begin);
  let at = begin + 2;
  while (!isSpace(source[at]) && source[at] !== '>') at += 1;
  const name = source.slice(begin + 2, at).toLowerCase();
  while (at < source.length && isSpace(source[at])) at += 1;
  if (source[at] !== '>') fail('Unclosed end tag', begin);
  if (name !== '' && name !== element.name) {
    throw refused(
      `Unmatched end tag at byte offset ${bytesBefore(source, begin)}, expected "</${element.name}>", found "</${name}>"`,
    );
  }
  open.pop();
  close(parsing, element);
  return at + 1;
}

function close(parsing: Parsing, { name, attributes, offset }: Open): void {
  const length = parsing.text.length - offset;
  if (length === 0) return;
  const language = name === 'code' ? (/^language-(.+)$/s.exec(attributes.get('class') ?? '')?.[1] ?? '') : '';
  const last = parsing.entities.at(-1);
  const around = last?.offset === offset && last.length === length ? last : undefined;
  if (
    name === 'pre' &&
    around?.type === 'code' &&
    parsing.language?.offset === offset &&
    parsing.language.length === length
  ) {
    parsing.entities.splice(-1, 1, { type: 'pre', offset, length, language: parsing.language.name });
  } else if (name === 'code' && around?.type === 'pre' && language !== '') {
    parsing.entities.splice(-1, 1, { type: 'pre', offset, length, language });
  } else {
    const entity = entityOf({ name, attributes, offset, length, text: parsing.text.slice(offset) });
    if (entity) parsing.entities.push(entity);
  }
  parsing.language = language === '' ? parsing.language : { offset, length, name: language };
}

function failure(source: string): (complaint: string, at: number) => never {
  return (complaint, at) => {
    throw refused(`${complaint} at byte offset ${bytesBefore(source, at)}`);
  };
}

function refused(complaint: string): Error {
  return badRequest(`Can't parse entities: ${complaint}`);
}

function bytesBefore(source: string, at: number): number {
  return Buffer.byteLength(source.slice(0, at));
}
