import type { InlineKeyboardButton } from 'grammy/types';

/** What a button of ours means. Its data holds no more than an opaque id: all facts stay in the ledger. */
export type Button =
  | { act: 'yes' | 'no' | 'again'; confirm: string }
  /** Opens the command that a reply offered at `index`. */
  | { act: 'open'; job: string; index: number }
  /** Opens the remedy that an alert offers at `index`. */
  | { act: 'remedy'; alert: string; index: number }
  /** Opens what an alert that is over offers at `index`. */
  | { act: 'mend'; alert: string; index: number }
  | { act: AlertAct; alert: string }
  /** Locks all changes, or says as a second person that this is over. */
  | { act: 'lock' | 'lift'; lockdown: string }
  /** Stops a job; has its node look again what became of it; asks for the same again; says that it is settled. */
  | { act: 'cancel' | 'verify' | 'rerun' | 'resolve'; job: string }
  /** Lets the machine of an invitation in, or refuses it. */
  | { act: 'letIn' | 'turnAway'; invitation: string }
  /** Answers what a draft asks its owner (a numeric Telegram id): the code of a choice, `p` and a page, or `x` for none of them. */
  | { act: 'pick'; draft: string; owner: number; choice: string };

/** What a person can say about an alert with one tap. */
export type AlertAct = 'ack' | 'hush1h' | 'hush4h' | 'hushFixed' | 'undo';

/** The letter of each act in a button's data, and what its id is the id of. */
const ACTS: Record<
  Exclude<Button['act'], 'pick'>,
  { letter: string; of: 'confirm' | 'job' | 'alert' | 'lockdown' | 'invitation'; indexed?: true }
> = {
  yes: { letter: 'y', of: 'confirm' },
  no: { letter: 'n', of: 'confirm' },
  again: { letter: 'a', of: 'confirm' },
  open: { letter: 'o', of: 'job', indexed: true },
  remedy: { letter: 'r', of: 'alert', indexed: true },
  mend: { letter: 'e', of: 'alert', indexed: true },
  ack: { letter: 'k', of: 'alert' },
  hush1h: { letter: 'h', of: 'alert' },
  hush4h: { letter: 'q', of: 'alert' },
  hushFixed: { letter: 'f', of: 'alert' },
  undo: { letter: 'u', of: 'alert' },
  cancel: { letter: 'c', of: 'job' },
  lock: { letter: 'l', of: 'lockdown' },
  lift: { letter: 'm', of: 'lockdown' },
  verify: { letter: 'v', of: 'job' },
  rerun: { letter: 'g', of: 'job' },
  resolve: { letter: 's', of: 'job' },
  letIn: { letter: 'i', of: 'invitation' },
  turnAway: { letter: 't', of: 'invitation' },
};
const FORM = /^([a-z]):([0-9a-hjkmnp-tv-z]{26})(?::(\d))?$/;
const PICK = /^d:([0-9a-hjkmnp-tv-z]{26}):([0-9a-z]{1,11}):([0-9a-f]{8}|p\d|x)$/;
/** Telegram's limit for `callback_data`. */
const MAX_BYTES = 64;

/** A button as Telegram takes it. Throws when its data is over Telegram's limit. */
export function button(text: string, means: Button, style?: 'danger' | 'success' | 'primary'): InlineKeyboardButton {
  const data = dataOf(means);
  if (Buffer.byteLength(data) > MAX_BYTES) throw new Error(`button data of ${data.length} bytes`);
  return { text, callback_data: data, ...(style ? { style } : {}) };
}

/** Reads the data of a press; undefined for anything that no button of ours carries. */
export function readButton(data: string | undefined): Button | undefined {
  const [, draft, owner, choice] = PICK.exec(data ?? '') ?? [];
  if (draft !== undefined && owner !== undefined && choice !== undefined)
    return { act: 'pick', draft, owner: Number.parseInt(owner, 36), choice };
  const [, letter, id, index] = FORM.exec(data ?? '') ?? [];
  const found = Object.entries(ACTS).find(([, kind]) => kind.letter === letter);
  if (!found || (index !== undefined) !== (found[1].indexed ?? false)) return undefined;
  const [act, { of }] = found;
  return { act, [of]: id, ...(index === undefined ? {} : { index: Number(index) }) } as Button;
}

function dataOf(means: Button): string {
  if (means.act === 'pick') return `d:${means.draft}:${means.owner.toString(36)}:${means.choice}`;
  const { letter, of } = ACTS[means.act];
  const id = (means as Record<string, unknown>)[of];
  return 'index' in means ? `${letter}:${id}:${means.index}` : `${letter}:${id}`;
}
