import { join } from 'node:path';
import { createBackups } from '#src/adapters/backup/backups.ts';
import { BackupSpec } from '#src/adapters/backup/spec.ts';
import type { Command, CommandResult } from '#src/adapters/command.ts';
import type { Chore } from '#src/operation/backupKnown.ts';
import type { Backups } from '#src/operation/backups.ts';
import { makeVaults } from '../../fixtures/restic.ts';
import { memoryWorkloads } from '../restore/workloads.ts';
import { temporaryFolder } from '../temporary.ts';

/** A repository as a fake restic has it; `fails` maps a subcommand to what it says then. */
export interface FakeRepository {
  id: string;
  /** The snapshots, the newest last: whole ids and times. */
  snapshots: { id: string; time: string; part: string }[];
  /** What it lists of any snapshot. */
  lines: object[];
  fails: Record<string, string>;
  /** Subcommands that never end, whatever they are told. */
  hangs: string[];
  /** Hears of each of them. */
  onHang?: (command: string) => void;
  bytes: number;
  /** What was asked of it last, by subcommand. */
  asked: Record<string, readonly string[]>;
}

const MINUTE_MS = 60_000;
const patience = () => AbortSignal.timeout(60_000);

/** Backups of one set `shop` to destinations far off and, by the name of `disk`, in a folder, with a fake in restic's place, and a clock that is set by hand. */
export async function fakeBackups(set: object = {}, names: readonly string[] = ['nas']) {
  const folder = await temporaryFolder();
  const { passwordFile } = await makeVaults(folder);
  const at: Record<string, FakeRepository> = {};
  const destinations: Record<string, object> = {};
  for (const name of names) {
    at[name] = { id: name.padEnd(64, '0'), snapshots: [], lines: [], fails: {}, hangs: [], bytes: 1000, asked: {} };
    destinations[name] = name.startsWith('disk')
      ? { kind: 'path', path: join(folder, name) }
      : { kind: 'rest', url: `http://${name}.example` };
  }
  const clock = { now: Date.UTC(2026, 10, 21) };
  const specOf = (shop: object) =>
    BackupSpec.parse({ passwordFile, destinations, sets: { shop: { paths: ['/srv'], ...shop } } });
  let spec = specOf(set);
  const life = (): Backups =>
    createBackups({
      ...{ spec, node: 'alpha', state: join(folder, 'state'), now: () => clock.now },
      ...{ command: fakeCommand(at, () => clock.now), workloads: memoryWorkloads([]).workloads },
    });
  let backups = life();
  return {
    ...{ at, clock, spec, folder },
    /** Makes a repository another than it was; throws when there is none of this name. */
    change(what: Partial<FakeRepository>, name = 'nas'): void {
      const repository = at[name];
      if (!repository) throw new Error(`there is no ${name}`);
      Object.assign(repository, what);
    },
    /** The next life, of a configuration that may say something else of the set. */
    restart: (other: object = set) => {
      spec = specOf(other);
      backups = life();
    },
    /** Runs a chore and lets some minutes pass; failures are in the records. */
    async run(chore: Chore, { percent = 5, renew = false, minutes = 1 } = {}) {
      await (chore === 'save'
        ? backups.save({ set: 'shop', renew }, () => {}, patience())
        : chore === 'check'
          ? backups.check('shop', percent, patience())
          : backups.prune('shop', patience())
      ).catch(() => {});
      clock.now += minutes * MINUTE_MS;
    },
    plan: (signal: AbortSignal) => backups.planRestore({ set: 'shop' }, signal),
    contents: () => backups.contents({ set: 'shop' }, patience()),
    list: () => backups.list('shop', patience()),
    pass: (minutes: number) => {
      clock.now += minutes * MINUTE_MS;
    },
    /** What is wrong with a destination, by its code, after a look at it. */
    async troubles(name = 'nas') {
      const places = await backups.places(patience());
      return places.find(({ destination }) => destination === name)?.troubles.map(({ code }) => code);
    },
    async known() {
      const [known] = await backups.known();
      if (!known) throw new Error('there is one set');
      return known;
    },
  };
}

function fakeCommand(at: Record<string, FakeRepository>, now: () => number): Command {
  const ended = (exitCode: number, stdout: string, stderr = ''): CommandResult => ({
    ...{ ended: 'exit', exitCode, stdout, stderr, reason: undefined },
  });
  let made = 0;
  return {
    async run(_file, argv, { env, onLine }) {
      const [command = ''] = argv;
      const repository = Object.entries(at).find(([name]) => env?.['RESTIC_REPOSITORY']?.includes(name))?.[1];
      if (!repository) return ended(0, '');
      repository.asked[command] = argv;
      if (repository.hangs.includes(command))
        return await new Promise(() => {
          repository.onHang?.(command);
        });
      const said = repository.fails[command];
      if (said !== undefined) return ended(1, '', said);
      if (command === 'cat') return ended(0, JSON.stringify({ version: 2, id: repository.id }));
      if (command === 'list') return ended(0, repository.snapshots.map(({ id }) => id).join('\n'));
      if (command === 'ls') for (const line of repository.lines) onLine?.(JSON.stringify(line));
      if (command === 'snapshots')
        return ended(
          0,
          JSON.stringify(
            repository.snapshots.map(({ part, ...one }) => ({
              ...one,
              paths: ['/srv'],
              tags: ['set:shop', `part:${part}`],
            })),
          ),
        );
      if (command !== 'backup') return ended(0, '');
      made += 1;
      const id = made.toString(16).padStart(8, 'a').padEnd(64, '0');
      repository.snapshots.push({ id, time: new Date(now()).toISOString(), part: partIn(argv) });
      const summary = {
        ...{ message_type: 'summary', files_new: 1, files_changed: 0, files_unmodified: 0, data_added: 1 },
        ...{ total_files_processed: 1, total_bytes_processed: repository.bytes, snapshot_id: id },
      };
      onLine?.(JSON.stringify(summary));
      return ended(0, '');
    },
  };
}

function partIn(argv: readonly string[]): string {
  const [, part = 'files'] = /part:([a-z]+)/.exec(argv.join(' ')) ?? [];
  return part;
}
