import { z } from 'zod';
import { UserError } from '../user-error.ts';
import type { StackResource } from './stack.ts';

/** A boolean of a template, which may be the text `true`. */
export const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((t) => t === 'true'),
]);

/** A text of a template, which may be written as a number or boolean. */
export const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** A number of a template, which may be written as a text. */
export const number = z.coerce.number();

/** Reads a resource's properties by a schema. Throws a `UserError` that names the resource and the property. */
export function parseProperties<T extends z.ZodType>(
  schema: T,
  resource: StackResource,
): z.infer<T> {
  const result = schema.safeParse(resource.properties);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UserError(
    `${resource.type} ${resource.logicalId} is not valid; ${issue?.path.join('.')}: ${issue?.message}`,
  );
}
