import type { Backups } from './backups.ts';
import type { Seals } from './seals.ts';

/** What runs workloads on a node. */
export type Engine = 'process' | 'podman' | 'systemd';

/**
 * One workload as its engine sees it now. `name` is how a person names it: its own name, or `engine/name` where two engines have the same one.
 * `instance` changes with every start; `forMs` is how long it is in this state.
 */
export interface Workload {
  name: string;
  engine: Engine;
  /** `missing`: it is declared, and its engine knows nothing of it; `unknown`: its engine does not answer. */
  state: 'running' | 'stopped' | 'failed' | 'missing' | 'unknown';
  /** It is declared in the configuration, so it is expected to run; others were only found. */
  expected: boolean;
  /** undefined: no health check is declared, or it has not answered yet. */
  healthy: boolean | undefined;
  instance: string | undefined;
  forMs: number | undefined;
  /** How often its engine started it again by itself, if the engine counts that. */
  restarts: number | undefined;
  /** What the engine adds in words: pid and port, exit code, why it is unhealthy. */
  detail: string | undefined;
}

/** What a workload may use at most; undefined: no limit, or the engine does not say. Bytes, cores, processes. */
export interface Limits {
  memoryBytes: number | undefined;
  /** What is kept for it when memory is short. */
  reservedBytes: number | undefined;
  /** Memory and swap together. */
  swapBytes: number | undefined;
  cpus: number | undefined;
  pids: number | undefined;
}

/** What a workload uses now; undefined where the engine does not say. 100 % is one core. */
export interface Usage {
  memoryBytes: number | undefined;
  cpuPercent: number | undefined;
  pids: number | undefined;
}

/** One workload in full; `about` is what only this engine knows, such as image, ports and mounts, and never the environment. */
export interface Inspection {
  workload: Workload;
  limits: Limits;
  usage: Usage;
  about: { label: string; value: string }[];
}

/** Which lines of a log to read; `sinceMs` counts back from now, `grep` is plain text, not a pattern. */
export interface LogQuery {
  lines: number;
  sinceMs?: number | undefined;
  grep?: string | undefined;
}

/** The things a node runs. Every method that takes a name throws Problem `unknown-target` with the nearest names, and Problem `engine` when the engine does not answer. */
export interface Workloads {
  /** All declared workloads, present or not, in the order of the configuration, then those that were found. An engine that does not answer shows its declared ones as `unknown` with the reason as `detail`. */
  list(signal: AbortSignal): Promise<Workload[]>;
  get(name: string, signal: AbortSignal): Promise<Workload>;
  inspect(name: string, signal: AbortSignal): Promise<Inspection>;
  /** The newest lines last. */
  logs(name: string, query: LogQuery, signal: AbortSignal): Promise<string>;
  /** Resolves when it runs (it need not be healthy yet); one that runs stays as it is. */
  start(name: string, signal: AbortSignal): Promise<Workload>;
  /** Resolves when it has stopped, and it stays so; one that does not run stays as it is. `force` does not wait for it to stop by itself. */
  stop(name: string, options: { force: boolean }, signal: AbortSignal): Promise<Workload>;
  /** Resolves when a new instance runs (it need not be healthy yet). `force` does not wait for the old one to stop by itself. */
  restart(name: string, options: { force: boolean }, signal: AbortSignal): Promise<Workload>;
  /** Resolves when it is healthy, or, without a health check, when it has been running for a moment; throws Problem `unhealthy` with the last log lines. */
  settled(name: string, signal: AbortSignal): Promise<Workload>;
}

/** Sizes in bytes. `loadPerCpu` is the one-minute load average divided by the number of CPUs. */
export interface HostReading {
  disks: { path: string; freeBytes: number; totalBytes: number }[];
  memory: { usedBytes: number; totalBytes: number };
  swap: { usedBytes: number; totalBytes: number };
  loadPerCpu: number;
  uptimeMs: number;
  system: string;
}

export interface Host {
  read(signal: AbortSignal): Promise<HostReading>;
}

/** What a few requests to one endpoint gave: latencies in ms of those that answered, and how many failed. */
export interface Probe {
  name: string;
  url: string;
  latenciesMs: number[];
  failures: number;
  /** The first failure in words. */
  reason: string | undefined;
}

export interface Endpoints {
  /** Probes every declared endpoint a few times, all of them side by side. */
  probe(signal: AbortSignal): Promise<Probe[]>;
}

/** The ways out of a node: how long each takes to answer, in ms; throws Problem `unreachable`. */
export interface Links {
  ledger(signal: AbortSignal): Promise<number>;
  telegram(signal: AbortSignal): Promise<number>;
}

/** One server of a Vault as it stands now. `because` says in words why nothing is known of one that is away. */
export interface VaultServer {
  host: string;
  state: 'active' | 'standby' | 'sealed' | 'not initialised' | 'away';
  version?: string | undefined;
  cluster?: string | undefined;
  /** How far opening has come: shares given of those needed, of all there are; the nonce names the attempt. */
  unsealing?: { threshold: number; shares: number; progress: number; nonce: string } | undefined;
  because?: string | undefined;
}

/** One declared Vault: its servers, each with a seal of its own, and the workloads that cannot do without it. */
export interface VaultLook {
  name: string;
  servers: VaultServer[];
  dependants: string[];
}

/** The token with which a node speaks to a Vault; times in ms since 1970, undefined for one without an end. */
export interface VaultToken {
  name: string;
  policies: string[];
  renewable: boolean;
  ttlMs: number | undefined;
  expiresAt: number | undefined;
  /** It is told to end soon from this many ms before its end. */
  warnMs: number;
}

/** A token for others: what it may do, for how long (ms) and where it is put. `writtenAt` is when the file was last written. */
export interface VaultGrant {
  policies: string[];
  ttlMs: number;
  file: string;
  writtenAt: number | undefined;
}

/** What may be known of a secret: never a value. */
export interface VaultSecret {
  version: number;
  versions: number;
  /** How long ago it was changed. */
  ageMs: number;
  /** Its newest version was deleted. */
  isGone: boolean;
  keys: string[];
}

/** The Vaults that a node knows. All that take a name throw Problem `unknown-target`, and Problems `vault`, `vault-sealed` and `vault-away`. */
export interface Vaults {
  /** All declared ones in the order of the configuration; one that does not answer is told as such. */
  look(signal: AbortSignal): Promise<VaultLook[]>;
  /** One Vault that was just opened: how its servers stand once one of them leads, or after some seconds in which none did. */
  settled(vault: string, signal: AbortSignal): Promise<VaultLook>;
  /** The token of this node, as `server` knows it (the first declared one, if it is left out); Problem `vault-token` when none is declared. */
  token(vault: string, signal: AbortSignal, server?: string): Promise<VaultToken>;
  /** Tokens of all Vaults that have one; a Vault that does not tell is left out. */
  tokens(signal: AbortSignal): Promise<{ vault: string; token: VaultToken }[]>;
  renew(vault: string, signal: AbortSignal): Promise<VaultToken>;
  /** A token that can be made, as declared. */
  grant(vault: string, grant: string): Promise<VaultGrant>;
  /** Makes that token and puts it into its file, which nobody but the file's owner can read. */
  make(vault: string, grant: string, signal: AbortSignal): Promise<VaultGrant>;
  /** undefined: there is no such secret. */
  secret(vault: string, path: string, signal: AbortSignal): Promise<VaultSecret | undefined>;
}

/** The figures a node's readings are compared with, from its configuration. */
export interface Thresholds {
  diskFreeGb: number;
  /** How full a disk is when it should be cleaned, is alerted about, and is an emergency. */
  diskCleanPercent: number;
  diskAlertPercent: number;
  diskPanicPercent: number;
  memoryPercent: number;
  endpointP95Ms: number;
  endpointErrorPercent: number;
}

/** All that the agent can hand to an operation; `needs` picks from it. */
export interface Tools {
  workloads: Workloads;
  host: Host;
  endpoints: Endpoints;
  links: Links;
  vaults: Vaults;
  seals: Seals;
  backups: Backups;
  thresholds: Thresholds;
}

export type ToolName = keyof Tools;
