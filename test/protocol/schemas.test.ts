import * as fc from 'fast-check';
import type { z } from 'zod';
import { clientMessage, clientMessages } from '../../protocol/client-message.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { listMessages } from '../../protocol/list-messages.ts';
import { markRead } from '../../protocol/mark-read.ts';
import { ping } from '../../protocol/ping.ts';
import { serverMessage } from '../../protocol/server-message.ts';
import { sync } from '../../protocol/sync.ts';
import { jsonSchemaOf, valuesOf, variantsOf, type JsonSchema } from './arbitrary.ts';

// The same values in every run; where one fails, fast-check prints its path.
fc.configureGlobal({ seed: 20_260_101 });

type Fields = Readonly<Record<string, unknown>>;

/** Every shape of a message: what it is called, its own JSON schema, and the schema it has to pass. */
const SHAPES = [
  ...Object.values(clientMessages).flatMap((schema) => shapesOf(schema, clientMessage, 'input')),
  ...shapesOf(serverMessage, serverMessage, 'output'),
];

function shapesOf(schema: z.ZodType, union: z.ZodType, io: 'input' | 'output') {
  return variantsOf(jsonSchemaOf(schema, io)).map((variant): [string, JsonSchema, z.ZodType] => {
    const { type, kind } = variant.properties ?? {};
    return [[type?.const, kind?.const].filter(Boolean).join(' '), variant, union];
  });
}

/** Messages of a shape. Some fields exclude each other, which no JSON schema says. */
function messagesOf(variant: JsonSchema): fc.Arbitrary<Fields> {
  return valuesOf(variant).map((value) => {
    const fields = value as Fields;
    if (fields['type'] === 'list_messages' && 'before' in fields) return without(fields, 'after');
    if (fields['type'] === 'send_message') return withSomethingToSay(fields);
    if (fields['type'] !== 'mark_read') return fields;
    return 'upToSeq' in fields ? without(fields, 'upToTimestamp') : { upToTimestamp: 1, ...fields };
  });
}

/** Text, files, or both; no file twice. */
function withSomethingToSay(fields: Fields): Fields {
  const { attachments } = fields;
  if (!Array.isArray(attachments)) return { content: 'x', ...fields };
  return { ...fields, attachments: attachments.slice(0, 1) };
}

/** A value of another kind than a field has. */
function strangersTo(schema: JsonSchema): fc.Arbitrary<unknown> {
  const types: ReadonlySet<unknown> = new Set(variantsOf(schema).map(({ type }) => type));
  const values: [kind: unknown, value: unknown][] = [
    ['null', null],
    ['boolean', true],
    ['integer', 1],
    ['number', 1.5],
    ['string', 'x'],
    ['array', [null]],
    ['object', { x: null }],
  ];
  return fc.constantFrom(...values.filter(([kind]) => !types.has(kind)).map(([, value]) => value));
}

/** A message with one thing wrong with it. */
function spoilt(variant: JsonSchema): fc.Arbitrary<Fields> {
  const { properties = {}, required = [] } = variant;
  const unknownField = fc
    .string({ minLength: 1 })
    .filter((name) => !Object.hasOwn(properties, name) && name !== '__proto__');
  return messagesOf(variant).chain((fields) =>
    fc.oneof(
      fc.constantFrom(...required).map((name) => without(fields, name)),
      unknownField.map((name) => ({ ...fields, [name]: 1 })),
      fc
        .constantFrom(...Object.entries(properties))
        .chain(([name, field]) =>
          strangersTo(field).map((stranger) => ({ ...fields, [name]: stranger })),
        ),
    ),
  );
}

function without(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}

function named(name: string) {
  return clientMessages.create_conversation.safeParse({
    type: 'create_conversation',
    kind: 'group',
    localId: 'A'.repeat(22),
    name,
    members: [],
  });
}

/** A map of `count` conversations. */
function cursors(count: number): Record<string, { seq: number }> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`g_${index}`, { seq: 0 }]),
  );
}

describe('the schemas of the wire', () => {
  it.each(SHAPES)(
    'take every %s of the documented shape, and make the same of it twice',
    (_, variant, union) => {
      fc.assert(
        fc.property(messagesOf(variant), (message) => {
          const once = union.parse(message);
          expect(union.parse(once)).toEqual(once);
        }),
      );
    },
  );

  it.each(SHAPES)('refuse a %s with one thing wrong', (_, variant, union) => {
    fc.assert(
      fc.property(spoilt(variant), (message) => {
        expect(union.safeParse(message).success).toBe(false);
      }),
    );
  });

  it.each(SHAPES)(
    'F-71 refuse a %s with a key of a prototype, and change no prototype',
    (_, variant, union) => {
      const before = Object.getOwnPropertyNames(Object.prototype);
      fc.assert(
        fc.property(
          messagesOf(variant),
          fc.constantFrom('__proto__', 'constructor', 'prototype'),
          (message, key) => {
            const text = `{"${key}": {"polluted": true}, ${JSON.stringify(message).slice(1)}`;
            expect(union.safeParse(JSON.parse(text)).success).toBe(false);
          },
        ),
      );
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
      expect({}).not.toHaveProperty('polluted');
    },
  );
});

describe('what no JSON schema says', () => {
  it('holds: before and after exclude each other', () => {
    const request = { type: 'list_messages', conversationId: 'g_1', before: 2, after: 1 };
    expect(listMessages.safeParse(request).success).toBe(false);
  });

  it('holds: one of upToSeq and upToTimestamp is needed, and not both', () => {
    const request = { type: 'mark_read', conversationId: 'g_1' };
    const given = [{}, { upToSeq: 1 }, { upToTimestamp: 1 }, { upToSeq: 1, upToTimestamp: 1 }];
    const results = given.map((more) => markRead.safeParse({ ...request, ...more }).success);
    expect(results).toEqual([false, true, true, false]);
  });

  it('holds: a sync and a ping name so many conversations and no more', () => {
    const { syncConversations, pingConversations } = LIMITS;
    const results = [
      sync.safeParse({ type: 'sync', conversations: cursors(syncConversations) }),
      sync.safeParse({ type: 'sync', conversations: cursors(syncConversations + 1) }),
      ping.safeParse({ type: 'ping', cursors: cursors(pingConversations) }),
      ping.safeParse({ type: 'ping', cursors: cursors(pingConversations + 1) }),
    ];
    expect(results.map(({ success }) => success)).toEqual([true, false, true, false]);
  });

  it('holds: a name is trimmed, not blank, and without control characters and lone surrogates', () => {
    expect(named('  Lunch ').data).toMatchObject({ name: 'Lunch' });
    for (const bad of ['', '   ', 'a\nb', 'a\u001B[31mb', 'a\u2028b', 'a\uD800b']) {
      expect([bad, named(bad).success]).toEqual([bad, false]);
    }
  });
});
