import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadCatalog } from '#src/catalog.ts';
import { button, readButton } from '#src/hub/telegram/buttons.ts';
import type { Draft } from '#src/hub/words/draft.ts';
import { answered, choiceCode, choicesOf, needOf } from '#src/hub/words/draft.ts';
import { readAnswer } from '#src/hub/words/draftAnswer.ts';
import { askingScreen } from '#src/hub/words/draftScreen.ts';
import { checkGiven } from '#src/hub/words/scope.ts';
import { Problem } from '#src/kit/problem.ts';
import { defineOperation } from '#src/operation/define.ts';
import { words, workload } from '#src/operation/params.ts';
import { freshId } from '#src/wire/ids.ts';
import { health, logs, prune, restart } from '../../operation/samples.ts';
import { sampleNode, unheardNode } from '../samples.ts';

const alpha = sampleNode();
const beta = sampleNode({ name: 'beta', targets: ['api'], environment: 'prod' });
const away = sampleNode({ name: 'delta', awayMs: 720_000 });
const old = sampleNode({ name: 'omega', operations: { restart: 9 } });
const FLEET = [alpha, beta, away, old, unheardNode('zeta')];
const ME = { id: 99, is_bot: true, first_name: 'Bot', username: 'our_bot' };

const copy = defineOperation({
  ...{ name: 'copy', version: 1, summary: 'Copy it', role: 'viewer', risk: 'read', timeout: '5s' },
  needs: [],
  params: z.strictObject({ target: workload(), as: words(9, 'twin') }),
  result: z.object({}),
  steps: {},
  run: async () => ({}),
  report: () => ({ tone: 'ok', title: 'copied' }),
});

function draft(more: Partial<Draft> = {}): Draft {
  return { id: freshId(), operation: 'restart', owner: 7, nodes: FLEET.map(({ name }) => name), input: {}, ...more };
}

describe('what has to be asked next', () => {
  test('is the node, of those that can do it now', () => {
    const need = needOf(draft(), restart, FLEET);
    expect(choicesOf(need)).toEqual(['alpha', 'beta']);
    expect(need).toMatchObject({
      out: ['delta has been away for 12 min', 'omega has another version of restart', 'zeta was never heard of'],
    });
  });

  test('is the node, of those that have the target that was named', () => {
    expect(choicesOf(needOf(draft({ input: { target: 'api' } }), restart, FLEET))).toEqual(['beta']);
  });

  test('is the target of the one node, then the words, then nothing', () => {
    const one = draft({ operation: 'copy', nodes: ['beta'] });
    const node = { ...beta, operations: { copy: 1 } };
    expect(choicesOf(needOf(one, copy, [node]))).toEqual(['api']);
    expect(needOf({ ...one, input: { target: 'api' } }, copy, [node])).toMatchObject({
      kind: 'words',
      param: { name: 'as' },
    });
    expect(needOf({ ...one, input: { target: 'api', as: 'x' } }, copy, [node]).kind).toBe('nothing');
  });

  test('is no node for a read that fans out, and one for a change of a whole node', () => {
    expect(needOf(draft({ nodes: ['alpha', 'beta'] }), health, FLEET).kind).toBe('nothing');
    expect(needOf(draft({ nodes: ['alpha', 'beta'] }), prune, FLEET).kind).toBe('node');
    expect(needOf(draft({ nodes: ['alpha', 'beta'] }), logs, FLEET).kind).toBe('node');
  });

  test.each([
    ['all are away', ['delta', 'zeta'], 'delta has been away for 12 min, zeta was never heard of. Nothing was queued.'],
    ['the one is away', ['delta'], 'delta has been away for 12 min. Nothing was queued.'],
    ['the one is gone from the list', ['gone'], 'These nodes are no longer on the list.'],
    ['its agent is another one', ['omega'], 'omega has restart v9, this needs v1.'],
  ])('comes to nothing when %s', (_, nodes, sentence) => {
    expect(() => needOf(draft({ nodes }), restart, FLEET)).toThrow(sentence);
  });
});

describe('an answer', () => {
  const need = needOf(draft({ nodes: ['alpha'] }), restart, FLEET);
  test('must be one of the choices', () => {
    expect(answered(draft(), restart, need, 'web').input).toEqual({ target: 'web' });
    expect(() => answered(draft(), restart, need, 'wbe')).toThrow('There is no "wbe" here. Did you mean web?');
  });

  test('of words must fit its parameter, whatever else is missing', () => {
    const asking = needOf(draft({ nodes: ['alpha'], input: { target: 'web' } }), copy, [
      { ...alpha, operations: { copy: 1 } },
    ]);
    expect(answered(draft(), copy, asking, 'two words').input).toEqual({ as: 'two words' });
    expect(() => answered(draft(), copy, asking, 'ten letters')).toThrow(Problem);
    expect(() => answered(draft(), copy, asking, 'x'.repeat(201))).toThrow('200 characters');
  });

  test('is known by its code, which a name keeps', () => {
    expect(choiceCode('web')).toMatch(/^[0-9a-f]{8}$/);
    expect(choiceCode('web')).not.toBe(choiceCode('db'));
  });
});

describe('an update', () => {
  const mine = draft();
  const press = (data: string) => readAnswer({ update: { callback_query: { data } } as never, me: ME as never }, mine);
  const text = (message: object) => readAnswer({ update: { message } as never, me: ME as never }, mine);
  const pick = (choice: string, of = mine) => {
    const made = button('x', { act: 'pick', draft: of.id, owner: of.owner, choice });
    return press('callback_data' in made ? made.callback_data : '');
  };
  const group = { chat: { type: 'supergroup' } };
  const command = (word: string) => ({
    text: word,
    entities: [{ type: 'bot_command', offset: 0, length: word.length }],
  });

  test.each([
    ['a choice', pick('0a1b2c3d'), { kind: 'pressed', code: '0a1b2c3d' }],
    ['another page', pick('p2'), { kind: 'page', page: 2 }],
    ['an end', pick('x'), { kind: 'never' }],
    ['a press of another draft', pick('x', draft()), { kind: 'other' }],
    ['a press on another button', press(`y:${freshId()}`), { kind: 'other' }],
    ['words in private', text({ chat: { type: 'private' }, text: ' web ' }), { kind: 'typed', text: 'web' }],
    ['words in a group', text({ ...group, text: 'web' }), { kind: 'other' }],
    [
      'words to the bot',
      text({ ...group, text: 'web', reply_to_message: { from: ME } }),
      { kind: 'typed', text: 'web' },
    ],
    ['words to a person', text({ ...group, text: 'web', reply_to_message: { from: { id: 7 } } }), { kind: 'other' }],
    ['a command', text({ ...group, ...command('/health') }), { kind: 'command' }],
    [
      'a command to another bot',
      text({ chat: { type: 'private' }, ...command('/health@other_bot') }),
      { kind: 'other' },
    ],
    ['a picture', text({ ...group, caption: 'web' }), { kind: 'other' }],
  ])('with %s is read as what it is', (_, said, expected) => {
    expect(said).toEqual(expected);
  });
});

test('a button carries draft, owner and choice, and nothing else is read as one', () => {
  const means = { act: 'pick', draft: freshId(), owner: 9_007_199_254_740_991, choice: 'deadbeef' } as const;
  const made = button('web', means);
  expect('callback_data' in made && readButton(made.callback_data)).toEqual(means);
  for (const data of [
    `d:${means.draft}:7:DEADBEEF`,
    `d:${means.draft}:7:p10`,
    `d:${means.draft}:-7:x`,
    `d:${means.draft}:7`,
    'd:x:7:x',
  ])
    expect(readButton(data)).toBeUndefined();
});

test('a hostile name of a target makes no markup and no empty button', () => {
  const node = { ...alpha, targets: ['<b>/rm', '\u202e', 'web'] };
  const mine = draft({ nodes: ['alpha'] });
  const { html, keyboard } = askingScreen(mine, restart, needOf(mine, restart, [node]));
  expect(keyboard.flat().map(({ text }) => text)).toEqual(['<b>/rm', '?', 'web', 'Never mind']);
  expect(html).toBe('<b>Restart what on alpha?</b>');
});

test('the examples of all operations are what their schemas take, for what is given is checked beside them', async () => {
  for (const card of (await loadCatalog()).values()) expect(() => checkGiven(card, {}), card.name).not.toThrow();
});
