/** A live process as the system lists it. */
export interface Listed {
  pid: number;
  /** Tells it from every other process that ever had this pid. */
  identity: string;
  /** Its process group; the process whose pid is the same leads it. */
  group: number;
  /** ms since 1970. */
  startedAt: number;
  /** PORT in its environment. */
  port: number | undefined;
}

/** The system's list of processes; zombies count as gone. */
export interface ProcessTable {
  /** The identity of the live process with this pid; undefined when there is none. */
  identify(pid: number, signal: AbortSignal): Promise<string | undefined>;
  /** Our own user's live processes that carry this mark in their environment, oldest first. Empty where the system does not tell. */
  marked(mark: string, signal: AbortSignal): Promise<Listed[]>;
  groupAlive(group: number, signal: AbortSignal): Promise<boolean>;
}

/** The environment variable by which a workload's processes are found again, whatever became of their record. */
export const MARK = 'NIGHTGUARD_WORKLOAD';
