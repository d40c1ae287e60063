import type { InlineKeyboardButton } from 'grammy/types';
import { clip } from '#src/kit/text.ts';
import { fingerprint } from '#src/wire/join.ts';
import type { Invitation } from '../nodes/invitation.ts';
import { button } from '../telegram/buttons.ts';
import type { Html } from './html.ts';
import { bold, code, line, lines, ours } from './html.ts';

/** The message about a machine that wants to join: its fingerprint to compare, and what was decided. */
export function joiningScreen(invitation: Invitation): { html: Html; keyboard: InlineKeyboardButton[][] } {
  const { id, node, environment, machine, state, decidedBy } = invitation;
  const what = line(
    bold(ours(node)),
    ours(environment === undefined ? '· 🔴 PROD, as nothing else was said' : `· ${environment}`),
  );
  const facts = machine && [
    line(ours('Fingerprint'), code(fingerprint(machine.key))),
    line(ours('It calls itself'), code(clip(machine.host, 64))),
  ];
  if (state === 'asked')
    return {
      html: lines([
        line(ours('🔑'), what, ours('wants to join')),
        ...(facts ?? []),
        ours('Let it in only if its terminal shows the same fingerprint.'),
      ]),
      keyboard: [
        [
          button('Let it in', { act: 'letIn', invitation: id }, 'success'),
          button('Refuse', { act: 'turnAway', invitation: id }, 'danger'),
        ],
      ],
    };
  const name = decidedBy?.name ?? 'somebody';
  const words = state === 'in' ? `was let in by ${name}` : `was refused by ${name}`;
  return { html: lines([line(ours(state === 'in' ? '✅' : '❌'), what, ours(words)), ...(facts ?? [])]), keyboard: [] };
}
