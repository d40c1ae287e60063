/** How the seal of one server stands; the nonce names the attempt under way and is empty when nothing was given. */
export interface Seal {
  host: string;
  /** `shamir` is opened with shares; any other kind opens by itself. */
  kind: string;
  initialised: boolean;
  sealed: boolean;
  /** So many shares are needed of so many, and so many were given. */
  threshold: number;
  shares: number;
  progress: number;
  nonce: string;
}

/** What may be known of a share that this node keeps: never the share. `fingerprint` means something on this node alone. */
export interface Share {
  label: string | undefined;
  fingerprint: string;
}

/** Where a share would be given to. */
export interface SealPlace {
  host: string;
  /** The file of the only authority that is believed there; undefined: the server is on this very machine. */
  authority: string | undefined;
  /** This node may keep several of its shares, and open it alone. */
  isLocal: boolean;
}

/**
 * The seals of the Vaults that a node knows, and what it can do to them. `server` is one of those that are declared, by its
 * host; undefined: the first. All throw Problem `unknown-target` for what is not declared, `vault-away` when there is no answer,
 * and `vault` with the server's own words when it refuses.
 */
export interface Seals {
  place(vault: string, server: string | undefined): SealPlace;
  look(vault: string, server: string | undefined, signal: AbortSignal): Promise<Seal>;
  /** The shares of a Vault on this node, at least one; Problem `no-share` when there is none. */
  held(vault: string): Promise<[Share, ...Share[]]>;
  /**
   * Gives one share of this node by its fingerprint and answers how the seal stands then. Throws Problem `vault-wiped` when with it the threshold
   * was reached and one of all that were given is wrong, and Problem `no-share` when there is none that can be read.
   */
  give(vault: string, server: string | undefined, fingerprint: string, signal: AbortSignal): Promise<Seal>;
  /** Throws away what was given to a sealed server. */
  reset(vault: string, server: string | undefined, signal: AbortSignal): Promise<Seal>;
  /** Seals one server with the token of this node; one that is sealed stays so. Problem `vault-token` when there is none, or it may not. */
  close(vault: string, server: string | undefined, signal: AbortSignal): Promise<void>;
}
