import type { Chance } from './chance.ts';
import type { Fields } from './from-schema.ts';
import { NAUGHTY_STRINGS } from './naughty-strings.ts';

/** A frame's text with one field of it spoilt. */
type Mutation = (chance: Chance, fields: Fields, field: string) => string;

const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];
const LONG_LENGTHS = [65, 97, 129, 256, 1_024, 16_383, 16_384, 16_385, 20_000, 32_768];
/** As they stand in the text: what JavaScript's numbers cannot say is among them. */
const NUMBERS = [
  '-1',
  '-0',
  '0',
  '0.5',
  '1.0',
  '1e0',
  '1e3',
  '99',
  '100',
  '101',
  '9999',
  '540001',
  '1e15',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '1e21',
  '1e308',
  '1e309',
  '-1e309',
  '1e-400',
  '123456789012345678901234567890',
  `1${'0'.repeat(400)}`,
];
/** As they stand in the text. */
const OTHER_TYPES = [
  'null',
  'true',
  'false',
  '0',
  '1',
  '""',
  '"x"',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '["x"]',
  '{"a":1}',
  '{"length":1}',
  '{"0":"x"}',
  '{"toString":1}',
  '{"then":1}',
];
/** JSON's escapes of what a text had better not hold. */
const ESCAPES = [
  '\\ud800',
  '\\udfff',
  '\\ud83d\\ud83d',
  '\\u0000',
  '\\ufffe',
  '\\uffff',
  '\\u2028',
  '\\u001b[31m',
  '\\n',
  '\\u200b',
  '\\ufeff',
];

const MUTATIONS: readonly Mutation[] = [
  // Dropped, and with nothing in its place.
  (_chance, fields, field) => textOf(without(fields, field)),
  // There twice: the same, and another one, in either order.
  (chance, fields, field) => {
    const [one, other] = [JSON.stringify(fields[field]), otherOf(chance, fields[field])];
    const pair = chance.pick([
      [one, one],
      [one, other],
      [other, one],
    ]);
    return textOf(without(fields, field), ...pair.map((value) => entryOf(field, value)));
  },
  // Of another type.
  (chance, fields, field) => replaced(fields, field, chance.pick(OTHER_TYPES)),
  // A number out of its range, or written in another way.
  (chance, fields, field) => replaced(fields, field, chance.pick(NUMBERS)),
  // Too long, or just long enough.
  (chance, fields, field) => {
    const unit = chance.pick(['x', '🙂', '\n', '"', ' ', 'é']);
    const long = unit.repeat(Math.ceil(chance.pick(LONG_LENGTHS) / unit.length));
    return replaced(fields, field, JSON.stringify(long));
  },
  // A naughty text, alone or behind what was there.
  (chance, fields, field) => {
    const there = fields[field];
    const before = typeof there === 'string' && chance.odds(0.5) ? there : '';
    return replaced(fields, field, JSON.stringify(before + chance.pick(NAUGHTY_STRINGS)));
  },
  // An escape inside its text, of which JSON.stringify would make something else.
  (chance, fields, field) => {
    const there = fields[field];
    const inside = typeof there === 'string' ? JSON.stringify(there).slice(1, -1) : '';
    return replaced(fields, field, `"${inside}${chance.pick(ESCAPES)}"`);
  },
  // Nested: around the limit, and far over it.
  (chance, fields, field) => {
    const depth = chance.pick([1, 4, 5, 6, 7, 50, 2_000]);
    const [open, close] = chance.pick([
      ['[', ']'],
      ['{"a":', '}'],
    ] as const);
    const value = JSON.stringify(fields[field]);
    return replaced(fields, field, open.repeat(depth) + value + close.repeat(depth));
  },
  // A key that reaches for a prototype: beside it, in its place, inside it.
  (chance, fields, field) => {
    const key = chance.pick(FORBIDDEN);
    const value = chance.pick([JSON.stringify(fields[field]), '{"polluted":true}', 'null']);
    return chance.pick([
      textOf(fields, entryOf(key, value)),
      textOf(without(fields, field), entryOf(key, value)),
      replaced(fields, field, `{${entryOf(key, value)}}`),
    ]);
  },
  // A key that nobody knows.
  (chance, fields, field) => {
    const value = JSON.stringify(fields[field]);
    return textOf(fields, entryOf(chance.pick(NAUGHTY_STRINGS), value));
  },
  // Its own key, but for a letter.
  (chance, fields, field) => {
    const key = chance.pick([field.toUpperCase(), `${field} `, `${field}\u0000`, field.slice(1)]);
    return textOf(without(fields, field), entryOf(key, JSON.stringify(fields[field])));
  },
  // A map or a list of very many.
  (chance, fields, field) => {
    const length = chance.pick([11, 51, 100, 1_001, 2_000]);
    const numbers = Array.from({ length }, (_, index) => index);
    const list = `[${numbers.map((number) => `"u${number}"`).join(',')}]`;
    const map = `{${numbers.map((number) => `"g_${number}":{"seq":0}`).join(',')}}`;
    return replaced(fields, field, chance.pick([list, map]));
  },
];

/** The text of a request of which one field is spoilt. */
export function mutated(chance: Chance, fields: Fields): string {
  const field = chance.pick(Object.keys(fields));
  return chance.pick(MUTATIONS)(chance, fields, field);
}

/** The object's text, and behind its fields further ones, as they stand. */
function textOf(fields: Fields, ...more: readonly string[]): string {
  const own = Object.entries(fields).map(([key, value]) => entryOf(key, JSON.stringify(value)));
  return `{${[...own, ...more].join(',')}}`;
}

function entryOf(key: string, text: string): string {
  return `${JSON.stringify(key)}:${text}`;
}

function replaced(fields: Fields, field: string, text: string): string {
  return textOf(without(fields, field), entryOf(field, text));
}

function without(fields: Fields, field: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== field));
}

function otherOf(chance: Chance, value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(`${value}${chance.pick(NAUGHTY_STRINGS)}`)
    : chance.pick(OTHER_TYPES);
}
