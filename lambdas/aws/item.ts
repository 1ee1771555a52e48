import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Key } from './keys.ts';

/** An item as DynamoDB's API has it. */
export type Item = Record<string, AttributeValue>;

/** A row at its place. What is `undefined` in it is left out. */
export function toItem({ pk, sk }: Key, row: object): Item {
  return marshall({ pk, sk, ...row }, { removeUndefinedValues: true });
}

/** An item's key, and the rest of it. */
export function fromItem(item: Item): { readonly key: Key; readonly row: unknown } {
  const { pk: _pk, sk: _sk, ...rest } = item;
  return { key: keyOfItem(item), row: unmarshall(rest) };
}

export function keyOfItem(item: Item): Key {
  const pk = item['pk']?.S;
  const sk = item['sk']?.S;
  if (pk === undefined || sk === undefined) {
    throw new Error('unable to read an item; it has no pk and sk of type S');
  }
  return { pk, sk };
}

/** A key as DynamoDB's API has it. */
export function marshalledKey({ pk, sk }: Key): Item {
  return marshall({ pk, sk });
}
