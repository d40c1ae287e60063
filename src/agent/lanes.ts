/** Who works on a target, and since when (ms since 1970). */
export interface Holder {
  job: string;
  operation: string;
  since: number;
  /** Nobody asked for it. */
  bySchedule?: boolean;
}

/** Keeps changes of one target apart: one holder each, and no waiting in line. */
export interface Lanes {
  /** Takes the target for the holder; answers with whoever has it already. */
  take(target: string, holder: Holder): Holder | undefined;
  /** Who works on a target now; a job that holds the whole node works on each. */
  holder(target: string): Holder | undefined;
  /** Whoever works on anything. */
  holders(): Holder[];
  leave(target: string, job: string): void;
}

/** The lanes of one agent, in memory: they are as long-lived as the jobs that hold them. `onFree` hears of each target that is left. */
export function createLanes(onFree: () => void = () => {}): Lanes {
  const held = new Map<string, Holder>();
  return {
    take(target, holder) {
      const inTheWay = target === '*' ? [...held.values()] : [held.get(target), held.get('*')];
      const other = inTheWay.find((each) => each && each.job !== holder.job);
      if (other) return other;
      held.set(target, holder);
      return undefined;
    },
    holder: (target) => held.get(target) ?? held.get('*'),
    holders: () => [...held.values()],
    leave(target, job) {
      if (held.get(target)?.job !== job) return;
      held.delete(target);
      onFree();
    },
  };
}
