import type { CommandContext } from 'grammy';
import { Composer } from 'grammy';
import { Problem } from '#src/kit/problem.ts';
import type { AuditEntry } from '#src/ledger/records.ts';
import type { Ctx, HubDeps } from '../context.ts';
import type { NodeRecord } from '../nodes/registry.ts';
import { ours } from '../render/html.ts';
import { answer } from '../telegram/answer.ts';
import { adminOnly } from './adminOnly.ts';
import { labelText, unknownNode } from './node.ts';

const LABEL = /^([a-z0-9][a-z0-9_.-]{0,39})(?:=([^\s=]{1,80})|-)$/;
const MOST_LABELS = 20;

/** `/label beta rack=1` and `/drain beta [off]`: what the hub keeps about a node beside the node's own word. */
export function upkeep(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.command(
    'label',
    adminOnly(deps, async (ctx) => {
      const [name, ...words] = ctx.match.split(/\s+/).filter(Boolean);
      if (name === undefined || words.length === 0)
        throw new Problem('arguments', 'Usage: /label <node> rack=1, or rack- to take it off');
      const changes = words.map(readLabel);
      await checkNode(deps, name);
      const record = await change(ctx, deps, { name, decision: 'labelled', because: words.join(' ') }, (before) => ({
        ...before,
        labels: relabelled(before.labels, changes),
      }));
      const text = labelText(record.labels);
      await answer(ctx, deps, [
        ours(text === '' ? `${name} has no labels from here.` : `${name} has ${text} from here.`),
      ]);
    }),
  );
  composer.command(
    'drain',
    adminOnly(deps, async (ctx) => {
      const [name, word, more] = ctx.match.split(/\s+/).filter(Boolean);
      if (name === undefined || (word !== undefined && word !== 'off') || more !== undefined)
        throw new Problem('arguments', 'Usage: /drain <node>, and /drain <node> off');
      await checkNode(deps, name);
      const state = word === 'off' ? 'active' : 'drained';
      const { id, name: who } = ctx.admitted.operator;
      await change(ctx, deps, { name, decision: word === 'off' ? 'drain taken back' : 'drained' }, (before) => ({
        ...before,
        ...{ state, changed: { by: { id, name: who }, at: deps.now() } },
      }));
      const words =
        state === 'active'
          ? `${name} is asked for changes again.`
          : `${name} is drained: no changes are asked of it, reads go on, and what runs runs on. /drain ${name} off`;
      await answer(ctx, deps, [ours(words)]);
    }),
  );
  return composer;
}

async function checkNode(deps: HubDeps, name: string): Promise<void> {
  const members = await deps.roster.members();
  if (!members.has(name))
    throw unknownNode(
      name,
      [...members.keys()].map((each) => ({ name: each })),
    );
}

/** On record first, then in effect; other hubs follow within seconds. */
async function change(
  ctx: CommandContext<Ctx>,
  deps: HubDeps,
  { name, ...line }: Pick<AuditEntry, 'decision' | 'because'> & { name: string },
  how: (before: NodeRecord) => NodeRecord,
): Promise<NodeRecord> {
  const { id, name: who } = ctx.admitted.operator;
  await deps.ledger.audit([{ at: deps.now(), operator: { id, name: who }, chat: ctx.chat.id, node: name, ...line }]);
  const changed = await deps.registry.nodes.change(name, (before) => {
    // A name of the file may have been enrolled and retired before.
    const fresh: NodeRecord = { name, labels: {}, state: 'active' };
    return how(!before || before.state === 'retired' ? fresh : before);
  });
  deps.roster.changed();
  return changed ?? { name, labels: {}, state: 'active' };
}

function readLabel(word: string): [key: string, value: string | undefined] {
  const [, key = '', value] = LABEL.exec(word) ?? [];
  if (key === 'env')
    throw new Problem(
      'arguments',
      'The environment is for the node alone to say: node.environment in its configuration.',
    );
  if (key === '') throw new Problem('arguments', `"${word}" is no label: write rack=1, or rack- to take it off.`);
  return [key, value];
}

function relabelled(
  before: Record<string, string>,
  changes: readonly [key: string, value: string | undefined][],
): Record<string, string> {
  const labels = new Map(Object.entries(before));
  for (const [key, value] of changes) {
    if (value === undefined) labels.delete(key);
    else labels.set(key, value);
  }
  if (labels.size > MOST_LABELS) throw new Problem('arguments', `A node may have ${MOST_LABELS} labels from here.`);
  return Object.fromEntries(labels);
}
