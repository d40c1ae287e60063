import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import type { HubConfig } from '../config.ts';
import type { Admitted, Ruling } from './gate.ts';
import { judgeUpdate } from './gate.ts';
import { createRate } from './rate.ts';
import { senderOf } from './updateForm.ts';

/** More than a person can type or press, so that only a program is held up. */
const OPERATOR = { most: 300, perMinute: 600 };
const STRANGER = { most: 20, perMinute: 20 };
/** Lines of the log about one sender who is turned away, and about all of them together. */
const LINE = { most: 1, perMinute: 1 };
const ALL_LINES = { most: 10, perMinute: 10 };

/** An operator who sends too much: said once a minute, and nothing else is done. */
export interface Flood {
  kind: 'flood';
  admitted: Admitted;
}

/** Who comes in, and how often: every update passes here once before it costs anything; asked again it says the same. */
export type Entrance = (update: Update) => Ruling | Flood;

/** The gate with a limit for each sender. A stranger's flood costs no call of Telegram or of the ledger, and one line of the log a minute. */
export function createEntrance(deps: {
  config: HubConfig;
  /** Told of each update that is turned away, with its sender and whether that is an operator. */
  turned?: (from: number, isListed: boolean, because: string) => void;
  now: () => number;
  log: Logger;
}): Entrance {
  const { config, turned, now, log } = deps;
  const rate = { operator: createRate(OPERATOR, now), stranger: createRate(STRANGER, now) };
  const lines = { each: createRate(LINE, now), all: createRate(ALL_LINES, now), flood: createRate(LINE, now) };
  const judged = new WeakMap<Update, Ruling | Flood>();
  let unsaid = 0;

  const turnAway = (update: Update, sender: number, because: string, from: number | undefined): void => {
    if (!lines.each(sender) || !lines.all(0)) {
      unsaid += 1;
      return;
    }
    const fields = { update: update.update_id, because, ...(unsaid > 0 ? { unsaid } : {}) };
    unsaid = 0;
    if (from === undefined) log.info(fields, 'update dropped');
    else log.warn({ from, ...fields }, 'stranger turned away');
  };
  const stranger = (update: Update, sender: number): Ruling => {
    const ruling: Ruling = rate.stranger(sender)
      ? judgeUpdate(update, config)
      : { kind: 'dropped', because: 'too many from this sender' };
    if (ruling.kind === 'dropped') turnAway(update, sender, ruling.because, ruling.from);
    return ruling;
  };
  const operator = (update: Update, sender: number): Ruling | Flood => {
    const ruling = judgeUpdate(update, config);
    if (!rate.operator(sender)) {
      if (!lines.flood(sender)) return { kind: 'dropped', because: 'too many from this operator' };
      log.warn({ operator: sender }, 'an operator sends too much');
      return ruling.kind === 'text' || ruling.kind === 'press' ? { kind: 'flood', admitted: ruling } : ruling;
    }
    if (ruling.kind === 'dropped') log.info({ update: update.update_id, because: ruling.because }, 'update dropped');
    return ruling;
  };

  return (update) => {
    const known = judged.get(update);
    if (known) return known;
    const sender = senderOf(update);
    const isListed = config.operators.some(({ id }) => id === sender);
    const ruling = isListed ? operator(update, sender) : stranger(update, sender);
    if (ruling.kind === 'dropped') turned?.(sender, isListed, ruling.because);
    judged.set(update, ruling);
    return ruling;
  };
}
