import type { Api } from 'grammy';
import type { Logger } from 'pino';
import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import { covers } from '#src/operation/risk.ts';
import type { Environment } from '#src/wire/beacon.ts';
import { freshId } from '#src/wire/ids.ts';
import type { JoinAnswer, JoinPost as Post } from '#src/wire/join.ts';
import { digestOf, isOfDigest, JOINING, JoinPost, JoinRequest, makeCode } from '#src/wire/join.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import { isRefusal } from '#src/wire/refuse.ts';
import type { Self } from '#src/wire/seal.ts';
import { open } from '#src/wire/seal.ts';
import type { Operator } from '../config.ts';
import { joiningScreen } from '../render/joining.ts';
import type { Invitation } from './invitation.ts';
import { alreadyThere, CODE_MS } from './invitation.ts';
import type { LetIn } from './letIn.ts';
import type { Registry } from './registry.ts';
import type { Roster } from './roster.ts';
import type { Shelf } from './shelf.ts';

/** A question that may not have reached the chat is sent again after this time, in ms. */
const AGAIN_MS = 5_000;

/** How machines come in: a code from the chat, a request from the machine, a yes from the chat. */
export interface Enrolment {
  /** The line to paste on the machine. An earlier code for the same name is worth nothing from then on. Throws Problem `enroll`. */
  invite(node: string, environment: Environment | undefined, by: Operator, chat: number): Promise<string>;
  /** What a machine is told that has posted this. */
  answer(body: unknown): Promise<JoinAnswer>;
  /** Lets in or refuses the machine of an invitation, by its id or its node; answers with words. Throws Problem `enroll`. */
  decide(which: { id: string } | { node: string }, yes: boolean, by: Operator, chat: number): Promise<string>;
}

/** What enrolment works with. */
export interface EnrolmentDeps {
  hub: Self;
  /** Where machines reach this hub. */
  url: string;
  invitations: Shelf<Invitation>;
  registry: Registry;
  roster: Roster;
  ledger: HubLedger;
  letIn: LetIn;
  api: Api;
  now: () => number;
  log: Logger;
}

/** The enrolment of one hub. */
export function createEnrolment(deps: EnrolmentDeps): Enrolment {
  const { hub, url, invitations, registry, roster, ledger, letIn, api, now, log } = deps;

  const show = async (invitation: Invitation): Promise<void> => {
    const { html, keyboard } = joiningScreen(invitation);
    const options = { parse_mode: 'HTML' as const, reply_markup: { inline_keyboard: keyboard } };
    const { chat, message, node } = invitation;
    try {
      if (message !== undefined) return void (await api.editMessageText(chat, message, html, options));
      const sent = await api.sendMessage(chat, html, { ...options, protect_content: true });
      await invitations.change(node, (before) => (before ? { ...before, message: sent.message_id } : undefined));
    } catch (err) {
      log.warn({ err, node }, 'the question about a machine was not shown');
    }
  };
  /** Asks the admin, once, and once more while it may not have been shown. */
  const ask = async (invitation: Invitation): Promise<void> => {
    if (invitation.message !== undefined || now() - (invitation.toldAt ?? 0) < AGAIN_MS) return;
    let mine = false;
    const asked = await invitations.change(invitation.node, (before) => {
      mine = before?.id === invitation.id && before.toldAt === invitation.toldAt;
      return mine && before ? { ...before, toldAt: now() } : before;
    });
    if (mine && asked) await show(asked);
  };
  const take = async (found: Invitation, post: Post, { host, release }: JoinRequest, epoch: number) => {
    const machine = { key: post.key, epoch, host, release };
    const taken = await invitations.change(found.node, (before) =>
      before?.id === found.id && before.state === 'open' ? { ...before, state: 'asked', machine } : before,
    );
    const { node, by, chat } = found;
    if (taken?.id === found.id && taken.machine?.key === post.key)
      await ledger.audit([{ at: now(), chat, node, decision: 'asks to join', because: `invited by ${by.name}` }]);
    return taken;
  };
  /** The one answer for a request that has a code of ours. */
  const judge = async (found: Invitation, post: Post, request: JoinRequest, epoch: number): Promise<JoinAnswer> => {
    if (now() > found.expiresAt) return { state: 'expired' };
    if ((await registry.read()).isRetired(post.key)) return { state: 'retired' };
    if (found.state === 'open' && (await isKnown(roster, post.key))) return { state: 'known' };
    const invitation = found.state === 'open' ? await take(found, post, request, epoch) : found;
    if (invitation?.id !== found.id || !invitation.machine) return { state: 'wrong' };
    if (invitation.machine.key !== post.key) {
      log.warn({ node: invitation.node, host: request.host }, 'a second machine came with the same code');
      return { state: 'used' };
    }
    if (invitation.state === 'refused') return { state: 'refused' };
    if (invitation.state === 'in' && invitation.welcome !== undefined)
      return { state: 'in', welcome: invitation.welcome };
    await ask(invitation);
    return { state: 'waiting', expiresAt: invitation.expiresAt };
  };
  const sweep = async (all: ReadonlyMap<string, Invitation>): Promise<void> => {
    for (const [name, { id, expiresAt }] of all)
      if (now() > expiresAt + CODE_MS)
        await invitations.change(name, (before) => (before?.id === id ? undefined : before));
  };

  return {
    async invite(node, environment, { id, name }, chat) {
      if ((await roster.members()).has(node)) throw alreadyThere(node);
      await sweep(await invitations.all());
      const { code, secret } = makeCode(hub.keys.public);
      const by = { id, name };
      const fresh = { id: freshId(), node, digest: digestOf(secret), by, chat, expiresAt: now() + CODE_MS };
      await ledger.audit([{ at: now(), operator: by, chat, node, decision: 'invited' }]);
      await invitations.change(node, () => ({
        ...{ ...fresh, state: 'open' },
        ...(environment === undefined ? {} : { environment }),
      }));
      return `nightguard agent --join ${url} ${code}`;
    },

    async answer(body) {
      const post = JoinPost.safeParse(body);
      if (!post.success) return { state: 'wrong' };
      try {
        const opener = open(hub, { name: JOINING, key: post.data.key }, 'join', JoinRequest);
        const { body: request, epoch } = await opener(post.data.token);
        // All are compared, so that the time does not tell which one it was.
        const found = [...(await invitations.all()).values()].filter(({ digest }) =>
          isOfDigest(request.secret, digest),
        );
        if (found[0]) return await judge(found[0], post.data, request, epoch);
        log.warn({ host: request.host }, 'a machine came with a code that is not, or no longer, good');
      } catch (err) {
        if (!isRefusal(err)) throw err;
        log.warn({ err }, 'a request to join was not sealed for this hub');
      }
      return { state: 'wrong' };
    },

    async decide(which, yes, { id, name, role }, chat) {
      if (!covers(role, 'admin')) throw new Problem('role', `That takes the role admin; you are here as ${role}.`);
      const all = [...(await invitations.all()).values()];
      const found = all.find((each) => ('id' in which ? each.id === which.id : each.node === which.node));
      if (!found || found.chat !== chat) throw new Problem('enroll', 'Nothing waits for this answer. See /enroll');
      if (found.state === 'open')
        throw new Problem('enroll', `No machine has come with the code of ${found.node} yet.`);
      if (found.state !== 'asked')
        throw new Problem('enroll', `${found.node} was ${found.state === 'in' ? 'let in' : 'refused'} already.`);
      if (now() > found.expiresAt)
        throw new Problem('enroll', `The code of ${found.node} has expired. Nothing was done. /enroll ${found.node}`);
      const by = { id, name };
      const decision = yes ? 'let in' : 'turned away';
      await ledger.audit([{ at: now(), operator: by, chat, node: found.node, decision }]);
      const welcomed = yes ? await letIn(found, by) : { words: `${found.node} was refused.`, welcome: undefined };
      const decided = await invitations.change(found.node, (before) =>
        before?.id === found.id && before.state === 'asked'
          ? {
              ...{ ...before, state: yes ? 'in' : 'refused', decidedBy: by },
              // It can be fetched again for as long, should the machine fail meanwhile.
              ...(welcomed.welcome === undefined ? {} : { welcome: welcomed.welcome, expiresAt: now() + CODE_MS }),
            }
          : before,
      );
      if (decided) await show(decided);
      return welcomed.words;
    },
  };
}

async function isKnown(roster: Roster, key: PublicKey): Promise<boolean> {
  return [...(await roster.members()).values()].some((member) => member.key === key);
}
