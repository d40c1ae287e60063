import type { MessageView } from './entry.ts';

/** What the page hears about as it happens. */
export type SandboxEvent =
  | { type: 'message' | 'edit' | 'delete'; chat: number; message: MessageView }
  | { type: 'commands' }
  | { type: 'answer'; chat: number; message: MessageView; from: number; text: string; show_alert: boolean };

/** Hands every event to whoever listens at that moment. */
export interface Events {
  publish(event: SandboxEvent): void;
  /** Returns how to stop listening. */
  listen(hear: (event: SandboxEvent) => void): () => void;
}

/** A new, silent set of listeners. */
export function createEvents(): Events {
  const listeners = new Set<(event: SandboxEvent) => void>();
  return {
    publish: (event) => {
      for (const hear of listeners) hear(event);
    },
    listen: (hear) => {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  };
}
