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

/** What some processes use together; `cpuMs` is all the CPU time they have had so far. */
export interface Used {
  memoryBytes: number;
  cpuMs: number;
  pids: number;
}

/** The system's list of processes; zombies count as gone. */
export interface ProcessTable {
  /** The identity of the live process with this pid; undefined when there is none. */
  identify(pid: number, signal: AbortSignal): Promise<string | undefined>;
  /** Our own user's live processes that carry this mark in their environment, oldest first. Empty where the system does not tell. */
  marked(mark: string, signal: AbortSignal): Promise<Listed[]>;
  groupAlive(group: number, signal: AbortSignal): Promise<boolean>;
  /** What the live processes of this group use, and all others that carry the mark where the system tells. */
  used(group: number, mark: string, signal: AbortSignal): Promise<Used>;
}

/** The environment variable by which the processes of a workload, or of a job's command, are found again, whatever became of their record. */
export const MARK = 'NIGHTGUARD_WORKLOAD';
