import * as fc from 'fast-check';
import type { z } from 'zod';
import { clientMessages } from '../../protocol/client-message.ts';
import { jsonSchemaOf, variantsOf, type JsonSchema } from '../protocol/arbitrary.ts';
import type { Chance } from './chance.ts';
import { NAUGHTY_STRINGS } from './naughty-strings.ts';
import { wordsOf, type Vocabulary } from './vocabulary.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Every shape of every request. */
const SHAPES = Object.values(clientMessages).flatMap((schema) => shapesOf(schema));
/**
 * Besides, so many are messages, since they are what the others then find, or ask for a file, since that seldom
 * finds one: all of its ids must fit together.
 */
const OFTEN = 0.4;
const OFTEN_SHAPES = [
  ...Array.from({ length: 2 }, () => shapesOf(clientMessages.send_message)).flat(),
  ...shapesOf(clientMessages.get_download),
];

/** How often a field that may mean something does. */
const MEANT = 0.85;
const OPTIONAL = 0.4;
const MOST_ENTRIES = 5;
/** Of each pattern, so many texts that match it are made once: making them is slow. */
const TEXTS_PER_PATTERN = 200;
const SMALL_NUMBERS = 40;

/** A request of the documented shape. What no JSON schema says (`before` excludes `after`) may be wrong. */
export function requestOf(chance: Chance, vocabulary: Vocabulary): Fields {
  const shapes = chance.odds(OFTEN) ? OFTEN_SHAPES : SHAPES;
  return valueOf(chance, vocabulary, chance.pick(shapes)) as Fields;
}

function shapesOf(schema: z.ZodType): JsonSchema[] {
  return variantsOf(jsonSchemaOf(schema, 'input'));
}

function valueOf(
  chance: Chance,
  vocabulary: Vocabulary,
  schema: JsonSchema,
  field?: string,
): unknown {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return valueOf(chance, vocabulary, chance.pick(choices), field);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return chance.pick(schema.enum);
  const { type } = schema;
  if (type === undefined) throw new Error(`unable to make a value of ${JSON.stringify(schema)}`);
  switch (type) {
    case 'object':
      return objectOf(chance, vocabulary, schema);
    case 'array': {
      const items = schema.items ?? {};
      const make = (): unknown => valueOf(chance, vocabulary, items, field);
      return listOf(chance, make, schema.minItems);
    }
    case 'string':
      return textOf(chance, schema, wordsOf(vocabulary, field));
    case 'integer':
      return numberOf(chance, schema);
    case 'boolean':
      return chance.odds(0.5);
    case 'null':
      return null;
  }
}

function objectOf(chance: Chance, vocabulary: Vocabulary, schema: JsonSchema): Fields {
  const { properties, required = [], additionalProperties, propertyNames } = schema;
  if (properties === undefined) {
    const values = additionalProperties === false ? {} : (additionalProperties ?? {});
    const entries = listOf(chance, () => [
      textOf(chance, propertyNames ?? {}, vocabulary.conversationIds),
      valueOf(chance, vocabulary, values),
    ]);
    return Object.fromEntries(entries) as Fields;
  }
  const fields = Object.entries(properties)
    .filter(([name]) => required.includes(name) || chance.odds(OPTIONAL))
    .map(([name, field]) => [name, valueOf(chance, vocabulary, field, name)]);
  return Object.fromEntries(fields) as Fields;
}

function listOf<Value>(chance: Chance, make: () => Value, least = 0): Value[] {
  return Array.from({ length: least + chance.below(MOST_ENTRIES + 1 - least) }, make);
}

const textsByPattern = new Map<string, readonly string[]>();

function textOf(chance: Chance, schema: JsonSchema, words: readonly string[]): string {
  const { pattern, minLength = 0, maxLength = Infinity } = schema;
  if (words.length > 0 && chance.odds(MEANT)) return chance.pick(words);
  if (pattern === undefined) return freeTextOf(chance, minLength, maxLength);
  let texts = textsByPattern.get(pattern);
  if (texts === undefined) {
    const matching = fc.stringMatching(new RegExp(pattern));
    texts = fc.sample(matching, { numRuns: TEXTS_PER_PATTERN, seed: 1 });
    textsByPattern.set(pattern, texts);
  }
  return chance.pick(texts);
}

/** Short as a rule, and now and then as long as it may be. */
function freeTextOf(chance: Chance, minLength: number, maxLength: number): string {
  const text = chance.pick(NAUGHTY_STRINGS);
  const longest = maxLength === Infinity ? 1_000 : maxLength;
  if (chance.odds(0.02)) return text.repeat(longest).slice(0, longest);
  return text.slice(0, longest).padEnd(minLength, 'x');
}

/** Within the bounds: at them, near them, or a number such as logs have. */
function numberOf(chance: Chance, schema: JsonSchema): number {
  const least = schema.minimum ?? (schema.exclusiveMinimum ?? -1) + 1;
  const most = schema.maximum ?? Number.MAX_SAFE_INTEGER;
  if (chance.odds(0.1)) return chance.pick([least, least + 1, most - 1, most]);
  if (chance.odds(0.05)) return least + chance.below(most - least);
  return Math.min(most, least + chance.below(SMALL_NUMBERS));
}
