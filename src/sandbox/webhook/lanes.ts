import type { Pending } from '../updateLog.ts';

/** The updates of one key: they go out one after the other, and a failing one holds up only these. */
export interface Lane {
  busy: boolean;
  failing: { updateId: number; times: number };
  timer: NodeJS.Timeout | undefined;
}

/** The lanes that have something to deliver or to wait for. */
export interface Lanes {
  /** The first update of every lane that is free to go. */
  ready(pending: readonly Pending[]): { lane: Lane; pending: Pending }[];
  /** Counts a failure of an update; gives how many it has had. */
  failed(lane: Lane, updateId: number): number;
  /** Holds a lane up for a while. */
  hold(lane: Lane, ms: number, goOn: () => void): void;
  /** Starts anew: nothing is held up. */
  forget(): void;
}

/** No lanes yet. */
export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>();
  const laneOf = (key: string) => {
    const lane = lanes.get(key) ?? { busy: false, failing: { updateId: 0, times: 0 }, timer: undefined };
    lanes.set(key, lane);
    return lane;
  };
  return {
    ready: (pending) => {
      const heads = new Map(pending.toReversed().map((one) => [one.key, one]));
      for (const [key, lane] of lanes) if (!heads.has(key) && !lane.busy && !lane.timer) lanes.delete(key);
      const first = [...heads.values()].toReversed().map((head) => ({ lane: laneOf(head.key), pending: head }));
      return first.filter(({ lane }) => !lane.busy && !lane.timer);
    },
    failed: (lane, updateId) => {
      const times = lane.failing.updateId === updateId ? lane.failing.times + 1 : 1;
      lane.failing = { updateId, times };
      return times;
    },
    hold: (lane, ms, goOn) => {
      lane.timer = setTimeout(() => {
        lane.timer = undefined;
        goOn();
      }, ms);
    },
    forget: () => {
      for (const lane of lanes.values()) clearTimeout(lane.timer);
      lanes.clear();
    },
  };
}
