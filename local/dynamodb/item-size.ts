/**
 * The size of an item in bytes, as DynamoDB counts it: names and values in UTF-8, numbers about one byte for two
 * digits, three bytes for a list or map and one for each of its elements.
 * Source: DynamoDB Developer Guide, "DynamoDB item sizes and formats".
 */
export function itemSize(item: Readonly<Record<string, unknown>>): number {
  return Object.entries(item).reduce(
    (total, [name, value]) => total + Buffer.byteLength(name) + valueSize(value),
    0,
  );
}

/** @param value an attribute value on the wire: `{S: 'text'}`. */
function valueSize(value: unknown): number {
  const [[type, content] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
  switch (type) {
    case 'S':
      return Buffer.byteLength(content as string);
    case 'N':
      return numberSize(content as string);
    case 'B':
      return Buffer.from(content as string, 'base64').length;
    case 'SS':
    case 'NS':
    case 'BS':
      return (content as string[]).reduce(
        (total, element) => total + valueSize({ [type.charAt(0)]: element }),
        0,
      );
    case 'L':
      return (
        3 + (content as unknown[]).reduce<number>((total, one) => total + 1 + valueSize(one), 0)
      );
    case 'M': {
      const members = content as Record<string, unknown>;
      return 3 + Object.keys(members).length + itemSize(members);
    }
    default:
      // BOOL and NULL.
      return 1;
  }
}

function numberSize(digits: string): number {
  const significant = digits.replace(/^-?0*\.?0*|[.]|e.*$/gi, '').replace(/0+$/, '');
  return Math.ceil(significant.length / 2) + 1 + (digits.startsWith('-') ? 1 : 0);
}
