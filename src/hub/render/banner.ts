import type { Html } from './html.ts';
import { theirs } from './html.ts';
import type { View } from './view.ts';

/** The line below what is told, about what everybody has to know; none when there is nothing. */
export function bannerLines({ banner }: View): Html[] {
  return banner === undefined ? [] : [theirs(banner)];
}
