import type { Card } from '#src/operation/define.ts';
import type { Operator } from '../config.ts';

/** What rendering needs to know beside the story itself. */
export interface View {
  /** ms since 1970. */
  now: number;
  zone: string | undefined;
  cards: ReadonlyMap<string, Card>;
  /** What everybody has to know beside: that nothing is changed now. */
  banner?: string | undefined;
  /** Who is on the list. */
  operators: readonly Operator[];
}
