import { fileOf } from '../files.ts';
import { badRequest } from '../refusal.ts';
import type { Method } from './method.ts';

const MOST_DOWNLOAD = 20 * 1024 * 1024;

/** getFile: where a document can be downloaded; up to 20 MB. */
export const getFile: Method = (world, params) => {
  const fileId = params.text('file_id').trim();
  if (fileId === '') throw badRequest('file_id not specified');
  const file = world.files.find(fileId);
  if (!file) throw badRequest('invalid file_id');
  if (file.bytes.length > MOST_DOWNLOAD) throw badRequest('file is too big');
  return { result: fileOf(file) };
};
