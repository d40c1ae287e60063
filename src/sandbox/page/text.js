import { codeBlock } from './codeBlock.js';
import { el } from './dom.js';
import { link } from './links.js';
import { spoiler } from './spoiler.js';

const tags = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  blockquote: 'blockquote',
  expandable_blockquote: 'blockquote',
};
const blocks = new Set(['pre', 'blockquote', 'expandable_blockquote']);

/** Turns a message's text and entities (UTF-16 offsets, nested) into nodes; a bot command calls `say` when clicked. */
export function richText(text, entities = [], say) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between({ text, say }, sorted, 0, text.length);
}

function between(source, entities, start, end) {
  const nodes = [];
  let at = start;
  let afterBlock = false;
  for (const [index, entity] of entities.entries()) {
    if (entity.offset < at || entity.offset >= end) continue;
    const stop = Math.min(entity.offset + entity.length, end);
    const block = blocks.has(entity.type);
    nodes.push(plain(source.text.slice(at, entity.offset), { afterBlock, beforeBlock: block }));
    nodes.push(wrap(source, entity, between(source, entities.slice(index + 1), entity.offset, stop), stop));
    at = stop;
    afterBlock = block;
  }
  nodes.push(plain(source.text.slice(at, end), { afterBlock, beforeBlock: false }));
  return nodes.filter((node) => node !== '');
}

function plain(text, { afterBlock, beforeBlock }) {
  const opened = afterBlock && text.startsWith('\n') ? text.slice(1) : text;
  return beforeBlock && opened.endsWith('\n') ? opened.slice(0, -1) : opened;
}

function wrap({ text, say }, entity, children, stop) {
  const raw = text.slice(entity.offset, stop);
  switch (entity.type) {
    case 'pre':
      return codeBlock(raw, entity.language);
    case 'spoiler':
      return spoiler(children);
    case 'text_link':
      return link(entity.url, ...children);
    case 'url':
      return link(raw, ...children);
    case 'email':
      return link(`mailto:${raw}`, ...children);
    case 'bot_command':
      return el('button', { class: 'command', type: 'button', onclick: () => say(raw) }, ...children);
    case 'mention':
    case 'text_mention':
      return el('span', { class: 'mention' }, ...children);
    default:
      return el(tags[entity.type] ?? 'span', {}, ...children);
  }
}
