import type { StoredFile } from '../files.ts';
import { readMarkup } from '../keyboard.ts';
import type { Params, Upload } from '../params.ts';
import { authorOf } from '../people.ts';
import { badRequest } from '../refusal.ts';
import { readCaption } from '../text/readText.ts';
import type { World } from '../world.ts';
import { readEnvelope } from './envelope.ts';
import type { Method } from './method.ts';

/** The largest upload that api.telegram.org takes. */
export const MOST_UPLOAD = 50 * 1024 * 1024;

/** sendDocument: an uploaded file, or one that was sent before by its file_id. */
export const sendDocument: Method = (world, params) => {
  const file = uploadOf(params);
  const caption = readCaption(params);
  const markup = readMarkup(params);
  const { room, content } = readEnvelope(world, params);
  const known = file ? undefined : knownFile(world, params);
  world.flood.send(room);
  const { document } = known ?? world.files.add(file ?? nothing());
  const entry = world.rooms.post(
    room,
    authorOf(world.bot),
    {
      ...content,
      document,
      ...(caption.text === '' ? {} : { caption: caption.text }),
      ...(caption.entities.length > 0 ? { caption_entities: caption.entities } : {}),
      ...(markup.inline ? { reply_markup: markup.inline } : {}),
    },
    markup.forceReply,
  );
  return { result: entry.message };
};

function uploadOf(params: Params): Upload | undefined {
  const attached = /^attach:\/\/(.+)$/.exec(params.text('document'))?.[1];
  const upload = params.upload(attached ?? 'document');
  if (!upload) return undefined;
  if (upload.bytes.length === 0) throw badRequest('file must be non-empty');
  if (upload.bytes.length > MOST_UPLOAD) throw badRequest('file is too big');
  return upload;
}

function knownFile(world: World, params: Params): StoredFile {
  const fileId = params.text('document').trim();
  if (fileId === '' || fileId.startsWith('attach://')) nothing();
  const file = world.files.find(fileId);
  if (!file) throw badRequest('wrong file identifier/HTTP URL specified');
  return file;
}

function nothing(): never {
  throw badRequest('there is no document in the request');
}
