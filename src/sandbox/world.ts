import type { UserFromGetMe } from 'grammy/types';
import type { Callbacks } from './callbacks.ts';
import { createCallbacks } from './callbacks.ts';
import type { Calls } from './calls.ts';
import { createCalls } from './calls.ts';
import type { CommandLists } from './commandLists.ts';
import { createCommandLists } from './commandLists.ts';
import type { Events } from './events.ts';
import { createEvents } from './events.ts';
import type { Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import type { Files } from './files.ts';
import { createFiles } from './files.ts';
import type { Flood } from './flood.ts';
import { createFlood } from './flood.ts';
import { botOf } from './people.ts';
import type { Polling } from './polling.ts';
import { createPolling } from './polling.ts';
import type { Rooms } from './rooms.ts';
import { createRooms } from './rooms.ts';
import type { Settings } from './settings.ts';
import type { UpdateLog } from './updateLog.ts';
import { createUpdateLog } from './updateLog.ts';
import type { Webhook } from './webhook/webhook.ts';
import { createWebhook } from './webhook/webhook.ts';

/** Everything that one sandbox knows: its settings and its state, all of it in memory. */
export interface World {
  readonly settings: Settings;
  readonly bot: UserFromGetMe;
  readonly rooms: Rooms;
  readonly updates: UpdateLog;
  readonly polling: Polling;
  readonly webhook: Webhook;
  readonly callbacks: Callbacks;
  readonly commands: CommandLists;
  readonly files: Files;
  readonly flood: Flood;
  readonly calls: Calls;
  readonly faults: Faults;
  readonly events: Events;
  /** Aborted when the sandbox closes. */
  readonly closing: AbortSignal;
}

/** A fresh world: nobody has said anything yet. */
export function createWorld(settings: Settings, closing: AbortSignal): World {
  const { now, topics, times } = settings;
  const events = createEvents();
  const updates = createUpdateLog(now);
  return {
    settings,
    bot: botOf(settings.token, settings.joinsGroups),
    rooms: createRooms({ now, events, topics }),
    updates,
    polling: createPolling({ updates, settings, closing }),
    webhook: createWebhook({ updates, settings }),
    callbacks: createCallbacks({ now, updates, answerWindow: times.answerWindow }),
    commands: createCommandLists(),
    files: createFiles(),
    flood: createFlood(settings),
    calls: createCalls(),
    faults: createFaults(),
    events,
    closing,
  };
}
