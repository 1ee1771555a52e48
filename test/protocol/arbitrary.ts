import * as fc from 'fast-check';
import { z } from 'zod';

/** As much of JSON Schema as the wire uses. */
export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean' | 'null';
  readonly const?: string | boolean;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** Lists, maps and free texts stay this small: what is tested is their shape. */
const MOST = 5;
const LONGEST_TEXT = 40;

export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, { io }) as JsonSchema;
}

/** The objects that a schema can be. */
export function variantsOf(schema: JsonSchema): JsonSchema[] {
  const choices = schema.anyOf ?? schema.oneOf;
  return choices === undefined ? [schema] : choices.flatMap(variantsOf);
}

/** Values of the documented shape, made from the schema itself, so that a new message is tested as it comes. */
export function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(valuesOf));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const { type } = schema;
  if (type === undefined) throw new Error(`no values for ${JSON.stringify(schema)}`);
  switch (type) {
    case 'object':
      return objectsOf(schema);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: MOST,
      });
    case 'string':
      return textsOf(schema);
    case 'integer':
      return fc.integer({
        min: schema.minimum ?? (schema.exclusiveMinimum ?? -1) + 1,
        max: schema.maximum ?? Number.MAX_SAFE_INTEGER,
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
  }
}

function objectsOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { properties, required = [], additionalProperties, propertyNames } = schema;
  if (properties === undefined) {
    const names = textsOf(propertyNames ?? {}).filter((name) => !(name in {}));
    const values = valuesOf(additionalProperties === false ? {} : (additionalProperties ?? {}));
    return fc.dictionary(names, values, { maxKeys: MOST });
  }
  const fields = Object.entries(properties).map(([name, field]) => [name, valuesOf(field)]);
  return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: [...required],
  });
}

function textsOf({ pattern, format, minLength = 0, maxLength = LONGEST_TEXT }: JsonSchema) {
  if (format === 'emoji') return fc.constantFrom('👍', '❤️', '🏳️‍🌈', ':+1:');
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  // Not blank at its ends, since names are trimmed.
  const longest = Math.min(maxLength, LONGEST_TEXT) / 8;
  return fc
    .string({ unit: 'grapheme', minLength, maxLength: longest })
    .map((text) => (minLength > 0 ? `x${text.trim()}` : text));
}
