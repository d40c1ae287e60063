import { randomBytes } from 'node:crypto';
import { extname } from 'node:path';
import type { Document, File } from 'grammy/types';
import type { Upload } from './params.ts';

/** A document that the bot has sent. */
export interface StoredFile {
  document: Document;
  path: string;
  bytes: Buffer;
}

/** The documents of the sandbox, in memory. */
export interface Files {
  add(upload: Upload): StoredFile;
  find(fileId: string): StoredFile | undefined;
  at(path: string): StoredFile | undefined;
}

/** No documents yet. */
export function createFiles(): Files {
  const files: StoredFile[] = [];
  return {
    add: ({ name, type, bytes }) => {
      const extension = /^\.[A-Za-z0-9]{1,10}$/.exec(extname(name))?.[0] ?? '';
      const stored = {
        document: {
          file_name: name,
          mime_type: mimeOf(extension, type),
          file_id: `BQACAgIAA${randomBytes(24).toString('base64url')}`,
          file_unique_id: `AgAD${randomBytes(8).toString('base64url')}`,
          file_size: bytes.length,
        },
        path: `documents/file_${files.length}${extension}`,
        bytes,
      };
      files.push(stored);
      return stored;
    },
    find: (fileId) => files.find(({ document }) => document.file_id === fileId),
    at: (path) => files.find((file) => file.path === path),
  };
}

/** A document as getFile tells it. */
export function fileOf({ document, path }: StoredFile): File {
  const { file_id, file_unique_id, file_size } = document;
  return { file_id, file_unique_id, ...(file_size === undefined ? {} : { file_size }), file_path: path };
}

function mimeOf(extension: string, sent: string): string {
  const known: Record<string, string> = {
    '.txt': 'text/plain',
    '.log': 'text/plain',
    '.json': 'application/json',
    '.csv': 'text/csv',
  };
  return known[extension.toLowerCase()] ?? sent;
}
