import { Composer } from 'grammy';
import type { Catalog } from '#src/catalog.ts';
import type { Card } from '#src/operation/define.ts';
import type { Role } from '#src/operation/risk.ts';
import { covers } from '#src/operation/risk.ts';
import { UNSEAL_USAGE } from '../campaigns/unseal/params.ts';
import type { Ctx, HubDeps } from '../context.ts';
import type { Html } from '../render/html.ts';
import { bold, code, line, ours } from '../render/html.ts';
import { answer } from '../telegram/answer.ts';
import { targetsFor } from '../words/targets.ts';
import { exampleOf, usageOf } from '../words/usage.ts';

/** Commands of the hub itself, which no operation may be called. */
export const HUB_COMMANDS: readonly { name: string; summary: string; role?: Role; changes?: true }[] = [
  { name: 'help', summary: 'What you may do, and how it is typed' },
  { name: 'nodes', summary: 'The machines, and when they were last heard' },
  { name: 'alerts', summary: 'What is wrong now, and who has it' },
  { name: 'ack', summary: 'Say that you have an alert', role: 'operator' },
  { name: 'silence', summary: 'Quieten an alert, for a time or until it is fixed', role: 'operator' },
  { name: 'unsilence', summary: 'Take back what was said about an alert', role: 'operator' },
  { name: 'jobs', summary: 'The latest jobs and how they ended' },
  { name: 'job', summary: 'One job in full' },
  { name: 'yes', summary: 'Say yes to the question that waits for you', role: 'operator' },
  { name: 'no', summary: 'Say no to it', role: 'operator' },
  { name: 'unseal', summary: 'Open a sealed Vault with the shares of several nodes', role: 'operator', changes: true },
  { name: 'cancel', summary: 'Stop a job, or end a question' },
  { name: 'verify', summary: 'Have a node look again what became of a job', role: 'operator' },
  { name: 'again', summary: 'Ask for a job once more, with a new plan', role: 'operator' },
  { name: 'resolved', summary: 'Say that what became of a job is settled', role: 'operator' },
  { name: 'lockdown', summary: 'Stop all changes; lift it with a second person', role: 'operator' },
  { name: 'enroll', summary: 'A code with which a machine joins', role: 'admin' },
  { name: 'node', summary: 'All that is known of one node', role: 'admin' },
  { name: 'label', summary: 'Give a node a label, or take it off', role: 'admin' },
  { name: 'drain', summary: 'Ask a node for no changes for now', role: 'admin' },
  { name: 'retire', summary: 'Take a node out for good', role: 'admin' },
  { name: 'audit', summary: 'Who asked what, and what came of it', role: 'admin' },
];

/** `/start`, which begins the chat, and `/help [command]`. */
export function help(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  // Telegram's own first word. A link to the bot can put one word behind it, never two: so nobody starts a workload by a link.
  composer.command('start', async (ctx, next) => {
    if (deps.catalog.has('start') && ctx.match.trim().split(/\s+/).length > 1) return await next();
    const { name, role } = ctx.admitted.operator;
    const welcome = [
      bold(ours(`Hello ${name}.`)),
      ours(`I look after your machines; you are here as ${role}.`),
      ours(''),
    ];
    const start = deps.catalog.get('start');
    const hint = start && covers(role, start.role) ? [ours(`To start a workload: ${usageOf(start)}`)] : [];
    await answer(ctx, deps, [...welcome, ...overview(deps.catalog, role), ...hint]);
  });
  composer.command('help', async (ctx) => {
    const { role } = ctx.admitted.operator;
    const wanted = ctx.match.trim().replace(/^\//, '');
    if (wanted === 'unseal' && covers(role, 'operator')) return await answer(ctx, deps, ownDetails(wanted));
    const card = deps.catalog.get(wanted);
    if (!card || card.within || !covers(role, card.role)) return await answer(ctx, deps, overview(deps.catalog, role));
    const [node] = await deps.fleet.nodes(deps.now());
    await answer(ctx, deps, details(card, node?.name ?? 'alpha', node && targetsFor(card, node)[0]));
  });
  return composer;
}

/** The hub's own commands that a role may use, as menus list them. */
export function ownCommands(role: Role): { name: string; summary: string; changes?: true }[] {
  return HUB_COMMANDS.filter((command) => covers(role, command.role ?? 'viewer'));
}

/** The operations that a role may ask for by themselves, in the order of their names. */
export function allowed(catalog: Catalog, role: Role): Card[] {
  return [...catalog.values()].filter((card) => card.within === undefined && covers(role, card.role));
}

function overview(catalog: Catalog, role: Role): Html[] {
  const cards = allowed(catalog, role);
  const reads = cards.filter(({ risk }) => risk === 'read');
  const own = ownCommands(role).filter(({ name }) => name !== 'help');
  const changes = [...cards.filter(({ risk }) => risk !== 'read'), ...own.filter((command) => command.changes)];
  return [
    bold(ours('Look')),
    ...reads.map(commandLine),
    ...(changes.length > 0 ? [bold(ours('Change (you are asked first)')), ...changes.map(commandLine)] : []),
    bold(ours('Keep track')),
    ...own.filter((command) => !command.changes).map(commandLine),
    ours(''),
    ours('Some nodes: env:stage or a label such as role:db, as in /health env:stage. See /nodes'),
    ours(`More about one: /help ${cards[0]?.name ?? 'health'}`),
  ];
}

/** A command of the hub that asks for work has its usage told like an operation's. */
function ownDetails(name: string): Html[] {
  const summary = HUB_COMMANDS.find((command) => command.name === name)?.summary ?? '';
  return [
    line(bold(ours(name)), ours(`- ${summary}`)),
    line(ours('Usage:'), code(UNSEAL_USAGE)),
    line(code('--without alpha,beta'), ours('nodes that are not asked')),
    line(code('--reset'), ours('throw away first what was given before')),
    ...RISKS.critical,
  ];
}

function commandLine({ name, summary }: Pick<Card, 'name' | 'summary'>): Html {
  return ours(`/${name} - ${summary}`);
}

function details(card: Card, node: string, target: string | undefined): Html[] {
  const risk = { read: [ours('It only reads.')], ...RISKS }[card.risk];
  return [
    line(bold(ours(card.name)), ours(`- ${card.summary}`)),
    line(ours('Usage:'), code(usageOf(card))),
    ...card.params.map(({ name, flag, required, description, example }) =>
      line(code(flag ? `--${name}` : required ? name : `--${name} ${example}`), ours(description ?? '')),
    ),
    line(ours('Example:'), code(exampleOf(card, node, target))),
    ...risk,
  ];
}

const BECAUSE = line(ours('Why it is done can be added at the end:'), code('because the disk is full'));
const RISKS = {
  change: [ours('It shows what will happen and asks before it runs.'), BECAUSE],
  destructive: [ours('It shows what will happen, and runs when you have typed the name of what it destroys.'), BECAUSE],
  critical: [ours('It shows what will happen, and runs when somebody else has said yes as well.'), BECAUSE],
};
