import type { DatabaseSync } from 'node:sqlite';
import { Problem } from '#src/kit/problem.ts';

// Records are JSON in `body`; what is searched is computed from it, so the two can never differ. A lease belongs to no record.
const FIRST = `
CREATE TABLE intent (key TEXT PRIMARY KEY, post TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX intent_post ON intent (post);

CREATE TABLE post (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  lease_by TEXT,
  lease_until INTEGER NOT NULL DEFAULT 0,
  revision INTEGER NOT NULL AS (body ->> 'revision'),
  told INTEGER NOT NULL AS (body ->> 'told'),
  not_before INTEGER NOT NULL AS (body ->> 'notBefore'),
  calm_until INTEGER NOT NULL AS (body ->> 'calmUntil'),
  due_at INTEGER AS (body ->> 'dueAt'),
  created_at INTEGER NOT NULL AS (body ->> 'createdAt')
);
CREATE INDEX post_untold ON post (created_at, not_before, calm_until, lease_until) WHERE told < revision;
CREATE INDEX post_due ON post (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX post_created ON post (created_at);

CREATE TABLE job (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  post TEXT NOT NULL AS (body ->> 'post'),
  state TEXT NOT NULL AS (body ->> 'state'),
  asked_at INTEGER NOT NULL AS (body ->> 'askedAt')
);
CREATE INDEX job_post ON job (post, state);
CREATE INDEX job_asked ON job (asked_at);

CREATE TABLE confirm (id TEXT PRIMARY KEY, body TEXT NOT NULL, post TEXT NOT NULL AS (body ->> 'post'));
CREATE INDEX confirm_post ON confirm (post);

CREATE TABLE orders (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  node TEXT NOT NULL,
  job TEXT NOT NULL,
  token TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX orders_node ON orders (node, position);
CREATE INDEX orders_created ON orders (created_at);

CREATE TABLE event (position INTEGER PRIMARY KEY AUTOINCREMENT, node TEXT NOT NULL, token TEXT NOT NULL);
CREATE INDEX event_node ON event (node, position);
CREATE TABLE cursor (node TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE beacon (node TEXT PRIMARY KEY, token TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE audit (position INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

const ALERTS = `
CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  state TEXT NOT NULL AS (body ->> 'state'),
  opened_at INTEGER NOT NULL AS (body ->> 'openedAt')
);
CREATE INDEX alert_opened ON alert (opened_at);
CREATE INDEX alert_open ON alert (opened_at) WHERE state = 'open';
CREATE TABLE handling (
  node TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  body TEXT NOT NULL,
  at INTEGER NOT NULL AS (body ->> 'at'),
  PRIMARY KEY (node, fingerprint)
);
ALTER TABLE post ADD COLUMN alert TEXT AS (body ->> 'alert');
`;

const CHAIN = `
CREATE TABLE chain (chain TEXT NOT NULL, seq INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY (chain, seq)) WITHOUT ROWID;
CREATE TABLE chain_state (one INTEGER PRIMARY KEY CHECK (one = 1), chain TEXT NOT NULL, state TEXT NOT NULL);
`;

const SHELVES = `
CREATE TABLE shelf (shelf TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (shelf, name)) WITHOUT ROWID;
`;

// Questions keep what several people say to them, which an older program could not read.
const TURNS = '-- Older records read as they are.';

// A post may tell of a campaign.
const CAMPAIGNS = `
CREATE TABLE campaign (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  post TEXT NOT NULL AS (body ->> 'post'),
  stage TEXT NOT NULL AS (body ->> 'stage'),
  created_at INTEGER NOT NULL AS (body ->> 'createdAt')
);
CREATE INDEX campaign_post ON campaign (post);
CREATE INDEX campaign_open ON campaign (created_at, id) WHERE stage <> 'over';
`;

// The step at index n brings a file from version n to n + 1. A record whose shape changes needs a step too.
const STEPS = [FIRST, ALERTS, TURNS, CHAIN, SHELVES, CAMPAIGNS];

/** Brings a file to the tables that this program knows; throws Problem `ledger` when the file is from a newer one. */
export function migrate(connection: DatabaseSync, file: string): void {
  connection.exec('BEGIN IMMEDIATE');
  const version = Number(connection.prepare('PRAGMA user_version').get()?.user_version);
  if (version > STEPS.length)
    throw new Problem(
      'ledger',
      `The ledger ${file} needs a Nightguard that reads ledger version ${version}, this one reads up to ${STEPS.length}: install the newer release.`,
    );
  for (const step of STEPS.slice(version)) connection.exec(step);
  if (version < STEPS.length) connection.exec(`PRAGMA user_version = ${STEPS.length}`);
  connection.exec('COMMIT');
}
