import { describe, onTestFinished } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';
import { testAlerts } from './contract/alerts.ts';
import { testAsking } from './contract/asking.ts';
import { testAudit } from './contract/audit.ts';
import { testCampaigns } from './contract/campaigns.ts';
import { testClosing } from './contract/closing.ts';
import { testDue } from './contract/due.ts';
import { testEvents } from './contract/events.ts';
import { testFolding } from './contract/folding.ts';
import { testLease } from './contract/lease.ts';
import { testLogbook } from './contract/logbook.ts';
import { testOrders } from './contract/orders.ts';
import { testPressing } from './contract/pressing.ts';
import { testShelves } from './contract/shelves.ts';
import { testTelling } from './contract/telling.ts';
import { testTrim } from './contract/trim.ts';
import { testResolving, testTurns } from './contract/turns.ts';

/** An empty ledger, as an adapter's own test file makes it. */
export interface Made {
  ledger: Ledger;
  /** A second handle on the same records, for races; nobody waits on it. */
  other?: Ledger;
  /** Removes what was made; both handles are closed by then. */
  dispose?(): Promise<void>;
}

/** What each part of the suite starts from: two handles (or one twice) that are closed when the test is over. */
export type Open = () => Promise<{ ledger: Ledger; other: Ledger }>;

/** All that the port promises; an adapter passes it with nothing but a way to make an empty ledger. */
export function testLedger(name: string, make: () => Promise<Made>): void {
  const open: Open = async () => {
    const { ledger, other, dispose } = await make();
    onTestFinished(async () => {
      await ledger.close();
      await other?.close();
      await dispose?.();
    });
    return { ledger, other: other ?? ledger };
  };
  describe(name, () => {
    describe('ask', () => testAsking(open));
    describe('press', () => testPressing(open));
    describe('turns', () => testTurns(open));
    describe('resolve', () => testResolving(open));
    describe('campaigns', () => testCampaigns(open));
    describe('orders', () => testOrders(open));
    describe('events', () => testEvents(open));
    describe('fold', () => testFolding(open));
    describe('lease', () => testLease(open));
    describe('told', () => testTelling(open));
    describe('due', () => testDue(open));
    describe('alerts', () => testAlerts(open));
    describe('trim', () => testTrim(open));
    describe('what is written down', () => testLogbook(open));
    describe('the audit', () => testAudit(open));
    describe('shelves', () => testShelves(open));
    describe('close', () => testClosing(open));
  });
}
