import { randomBytes } from 'node:crypto';

/** 11 bytes in base64url with its padding: the form of every connection and request id of API Gateway. */
const FORM = /^[\w-]{15}=$/;

/** A fresh id such as `L0SM9cOFvHcCIhw=`, for a connection, a request or a message. */
export function newId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

/** Whether API Gateway would look for such a connection at all (410 if there is none) or answer 400. */
export function isConnectionId(text: string): boolean {
  return FORM.test(text);
}
