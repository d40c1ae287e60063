import type { Params } from '../params.ts';
import { badRequest } from '../refusal.ts';
import { cleanText, isBlank } from './clean.ts';
import { detectEntities } from './detect.ts';
import { readEntities } from './entityParams.ts';
import type { Formatted } from './formatted.ts';
import { parseHtml } from './html.ts';
import { nestEntities } from './nest.ts';

const MOST_RAW_BYTES = 32_768;

/** The `text` of a call as Telegram will store it. */
export function readMessageText(params: Params): Formatted {
  if (params.text('text') === '') throw badRequest('Message text is empty');
  const formatted = readFormatted(params, 'text', 'entities');
  if (isBlank(formatted.text)) throw badRequest('Text must be non-empty');
  return formatted;
}

/** The `caption` of a call; it may be empty. */
export function readCaption(params: Params): Formatted {
  const formatted = readFormatted(params, 'caption', 'caption_entities');
  if (countCharacters(formatted.text) > 1024) throw badRequest('message caption is too long');
  return formatted;
}

/** What a person typed, as it arrives. */
export function typedText(text: string): Formatted {
  return detectEntities(cleanText({ text, entities: [] }));
}

/** The length that Telegram limits: code points. */
export function countCharacters(text: string): number {
  return [...text].length;
}

function readFormatted(params: Params, textName: string, entitiesName: string): Formatted {
  const source = params.text(textName);
  if (Buffer.byteLength(source) > MOST_RAW_BYTES) throw badRequest('Text is too long');
  return detectEntities(nestEntities(cleanText(parsed(source, params, entitiesName))));
}

function parsed(source: string, params: Params, entitiesName: string): Formatted {
  const mode = params.text('parse_mode').toLowerCase();
  if (source !== '' && mode === 'html') return parseHtml(source);
  if (source !== '' && mode !== '' && mode !== 'none') throw badRequest('Unsupported parse_mode');
  return { text: source, entities: readEntities(params.json(entitiesName)) };
}
