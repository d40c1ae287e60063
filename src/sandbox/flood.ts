import { tooManyRequests } from './refusal.ts';
import type { Room } from './rooms.ts';

const MINUTE = 60_000;
const PER_MINUTE = 20;
const BURST = 20;

/** Telegram's flood limits per chat: refuses with 429 and the seconds to wait, or counts the call. */
export interface Flood {
  /** About one message per second with bursts of 20, and in a group 20 per minute. */
  send(room: Room): void;
  /** In a group 20 edits per minute. */
  edit(room: Room): void;
}

/** Flood limits by the given clock; with `limits` off everything passes. */
export function createFlood({ now, limits }: { now: () => Date; limits: boolean }): Flood {
  const sends = new Map<number, number[]>();
  const edits = new Map<number, number[]>();
  return {
    send: (room) => {
      if (!limits) return;
      const times = recent(sends, room, now().getTime());
      refuseFor(Math.max(room.chat.type === 'private' ? 0 : minuteWait(times, now()), burstWait(times, now())));
      times.push(now().getTime());
    },
    edit: (room) => {
      if (!limits || room.chat.type === 'private') return;
      const times = recent(edits, room, now().getTime());
      refuseFor(minuteWait(times, now()));
      times.push(now().getTime());
    },
  };
}

function recent(log: Map<number, number[]>, { chat }: Room, moment: number): number[] {
  const times = (log.get(chat.id) ?? []).filter((time) => time > moment - MINUTE);
  log.set(chat.id, times);
  return times;
}

function minuteWait(times: readonly number[], now: Date): number {
  const oldest = times.at(-PER_MINUTE);
  return oldest === undefined ? 0 : oldest + MINUTE - now.getTime();
}

/** A bucket of BURST tokens that gains one per second: how long until there is one. */
function burstWait(times: readonly number[], now: Date): number {
  let tokens = BURST;
  let last = times[0] ?? now.getTime();
  for (const time of times) {
    tokens = Math.min(BURST, tokens + (time - last) / 1000) - 1;
    last = time;
  }
  tokens = Math.min(BURST, tokens + (now.getTime() - last) / 1000);
  return tokens >= 1 ? 0 : (1 - tokens) * 1000;
}

function refuseFor(wait: number): void {
  if (wait > 0) throw tooManyRequests(Math.ceil(wait / 1000));
}
