import { z } from 'zod';
import { attachment, attachmentToSend } from '../../protocol/attachment.ts';
import { clientMessage, clientMessages } from '../../protocol/client-message.ts';
import { CLOSING_REASONS } from '../../protocol/closing.ts';
import { ERROR_CODES, ERRORS } from '../../protocol/errors.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { conversationSummary } from '../../protocol/list-conversations.ts';
import { serverMessage } from '../../protocol/server-message.ts';
import { synced } from '../../protocol/sync.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { DOCUMENT, readSections, sectionOf, tablesOf } from './document.ts';

const SECTIONS = readSections();
const CLIENT_TYPES = Object.keys(clientMessages);

/** Every object that a schema can be, by the `type` it has, with the names of its fields. */
function fieldsByType(schema: z.ZodType, io: 'input' | 'output'): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { properties } = node as { properties?: Record<string, { const?: unknown }> };
    const type = properties?.['type']?.const;
    if (properties !== undefined && typeof type === 'string') {
      found.set(type, new Set([...(found.get(type) ?? []), ...Object.keys(properties)]));
    }
    for (const value of Object.values(node)) visit(value);
  };
  visit(z.toJSONSchema(schema, { io }));
  return found;
}

/** The same, as the document's tables of fields have it. */
function documentedFields(): Map<string, Set<string>> {
  const tables = SECTIONS.flatMap((section) => tablesOf(section, 'field'));
  const typed = tables.filter(({ rows }) => rows[0]?.[0] === 'type');
  return new Map(
    typed.map(({ rows }) => [rows[0]?.[1] ?? '', new Set(rows.map(([field = '']) => field))]),
  );
}

describe('docs/PROTOCOL.md', () => {
  it('is of the version that the code speaks', () => {
    expect(DOCUMENT).toContain(`The version is ${PROTOCOL_VERSION}.`);
    expect(sectionOf(SECTIONS, 'Connecting').text).toContain(`parley.v${PROTOCOL_VERSION}`);
  });

  it('has the messages of clients in the order of protocol/client-message.ts', () => {
    const names = SECTIONS.map(({ name }) => name);
    expect(names.filter((name) => CLIENT_TYPES.includes(name))).toEqual(CLIENT_TYPES);
  });

  it('names every section that the code refers to', () => {
    expect(SECTIONS.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Connecting', 'Frames', 'The log', 'Events', 'Closing', 'Errors']),
    );
  });

  it('has every field of every message, and no other', () => {
    const schemas = new Map([
      ...fieldsByType(clientMessage, 'input'),
      ...fieldsByType(serverMessage, 'output'),
    ]);
    expect(documentedFields()).toEqual(schemas);
  });

  it('has every field of a conversation in the list', () => {
    const [table] = tablesOf(sectionOf(SECTIONS, 'list_conversations'), 'field of a conversation');
    const documented = table?.rows.map(([field]) => field);
    expect(documented).toEqual(Object.keys(conversationSummary.shape));
  });

  it('has every field of a mark of a sync', () => {
    const [table] = tablesOf(sectionOf(SECTIONS, 'sync'), 'field of a mark');
    const documented = table?.rows.map(([field]) => field);
    expect(documented).toEqual(Object.keys(synced.shape.marks.element.shape));
  });

  it('has every field of an attachment, and first those that a sender says', () => {
    const [table] = tablesOf(sectionOf(SECTIONS, 'request_upload'), 'field of an attachment');
    const fields = table?.rows.map(([field]) => field);
    expect(fields).toEqual(Object.keys(attachment.shape));
    const sent = Object.keys(attachmentToSend.shape);
    expect(fields?.slice(0, sent.length)).toEqual(sent);
  });

  it('lists every error code with its retry flag, in the code’s order', () => {
    const [table] = tablesOf(sectionOf(SECTIONS, 'Errors'), 'code');
    expect(table?.rows.map(([code, retryable]) => [code, retryable])).toEqual(
      Object.entries(ERRORS).map(([code, { retryable }]) => [code, String(retryable)]),
    );
  });

  it('lists every closing code with what it asks of the client', () => {
    const [table] = tablesOf(sectionOf(SECTIONS, 'Closing'), 'closing');
    expect(table?.rows.map(([code, reconnect]) => [code, reconnect])).toEqual(
      Object.entries(CLOSING_REASONS).map(([code, { reconnect }]) => [code, String(reconnect)]),
    );
  });

  it('names no refusal that does not exist', () => {
    const named = SECTIONS.flatMap((section) => tablesOf(section, 'refused')).flatMap(({ rows }) =>
      rows.map(([code]) => code),
    );
    expect(named.filter((code) => !(ERROR_CODES as readonly unknown[]).includes(code))).toEqual([]);
  });

  it('gives the limits of protocol/limits.ts', () => {
    const text = sectionOf(SECTIONS, 'Limits').text.replaceAll(',', '');
    const missing = Object.values(LIMITS).filter(
      (limit) => !new RegExp(`\\b${limit}\\b`).test(text),
    );
    expect(missing).toEqual([]);
  });

  it('has examples that parse by their schemas', () => {
    for (const { name, blocks } of SECTIONS) {
      for (const { kind, text } of blocks) {
        const schema = kind === 'request' ? clientMessage : serverMessage;
        const unknownType = kind === 'request' && name === 'Errors';
        const parsed = schema.safeParse(JSON.parse(text));
        expect([name, text, parsed.success]).toEqual([name, text, !unknownType]);
      }
    }
  });

  it('has an example of every message, in the shape of either side', () => {
    const examples = SECTIONS.flatMap(({ blocks }) => blocks).map(
      ({ text }) => (JSON.parse(text) as { type: string }).type,
    );
    const types = [...CLIENT_TYPES, ...fieldsByType(serverMessage, 'output').keys()];
    expect(types.filter((type) => !examples.includes(type))).toEqual([]);
  });
});
