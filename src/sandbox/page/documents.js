import { fileText, fileUrl } from './api.js';
import { textDialog } from './dialogs.js';
import { el } from './dom.js';
import { icon } from './icons.js';

const previewable = 64 * 1024;
const textual = /\.(txt|log|md|json|jsonl|ya?ml|toml|ini|conf|env|csv|tsv|xml|diff|patch|sh|service)$/i;
const units = ['B', 'KB', 'MB', 'GB'];

/** A document as a row: its name, its size, a preview if it is a small text, and the download. */
export function documentRow(file, fail) {
  const name = file.file_name ?? 'document';
  const small = (file.file_size ?? Number.POSITIVE_INFINITY) < previewable;
  const preview = small && (textual.test(name) || file.mime_type?.startsWith('text/'));
  return el(
    'div',
    { class: 'document' },
    el('span', { class: 'document-icon' }, icon('file')),
    el(
      'span',
      { class: 'document-name' },
      el('strong', { title: name }, name),
      el('small', {}, sizeOf(file.file_size)),
    ),
    preview ? previewButton(file.file_id, name, fail) : undefined,
    downloadLink(file.file_id, name),
  );
}

function previewButton(id, name, fail) {
  const read = () => fileText(id).then((text) => textDialog(name, text), fail);
  const label = `Preview ${name}`;
  return el(
    'button',
    { class: 'icon-button', type: 'button', 'aria-label': label, title: label, onclick: read },
    icon('eye'),
  );
}

function downloadLink(id, name) {
  const label = `Download ${name}`;
  return el(
    'a',
    { class: 'icon-button', href: fileUrl(id), download: name, 'aria-label': label, title: label },
    icon('download'),
  );
}

function sizeOf(bytes) {
  if (bytes === undefined) return 'size unknown';
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  const size = bytes / 1024 ** power;
  return `${size < 10 && power > 0 ? size.toFixed(1) : Math.round(size)} ${units[power]}`;
}
