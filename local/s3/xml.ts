import { randomBytes } from 'node:crypto';
import type { AwsError } from '../endpoint/aws-error.ts';
import type { AwsAnswer } from '../endpoint/service.ts';

/** An element with texts in it, in this order. */
export function xml(
  element: string,
  members: Readonly<Record<string, string>>,
): Pick<AwsAnswer, 'headers' | 'body'> {
  const inner = Object.entries(members).map(
    ([name, text]) => `<${name}>${escaped(text)}</${name}>`,
  );
  return {
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<${element}>${inner.join('')}</${element}>`,
  };
}

/** An error as S3 writes it. Nothing of it is there for a `HEAD`, whose answer has no body. */
export function errorXml(error: AwsError): AwsAnswer {
  return {
    status: error.status,
    ...xml('Error', {
      Code: error.code,
      Message: error.message,
      ...(error.members as Readonly<Record<string, string>>),
      RequestId: randomBytes(8).toString('hex').toUpperCase(),
      HostId: randomBytes(48).toString('base64'),
    }),
  };
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
