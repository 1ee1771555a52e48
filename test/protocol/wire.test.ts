import history from '../../protocol/history.json';
import { PROTOCOL_VERSION, SUBPROTOCOL } from '../../protocol/version.ts';
import { describeWire, hashOf } from './wire.ts';

const WHAT_TO_DO = `The wire has changed. If that was not meant, undo it. If it was:
  1. raise PROTOCOL_VERSION in protocol/version.ts
     (a version that nobody has deployed yet keeps its number, and its line below is replaced)
  2. put { "version": …, "hash": "${hashOf(describeWire())}", "change": "what changed, for a client's author" }
     at the end of protocol/history.json
  3. say it in docs/PROTOCOL.md`;

describe('the wire', () => {
  it('is the one that the last line of its history names', () => {
    const last = history.at(-1);
    if (last?.hash !== hashOf(describeWire())) throw new Error(WHAT_TO_DO);
    expect(last.version).toBe(PROTOCOL_VERSION);
  });

  it('has a history without gaps, each line saying what changed', () => {
    expect(history.map(({ version }) => version)).toEqual(history.map((_, index) => index + 1));
    expect(history.filter(({ change }) => change.length < 10)).toEqual([]);
    expect(new Set(history.map(({ hash }) => hash)).size).toBe(history.length);
  });

  it('carries its version in the subprotocol', () => {
    expect(SUBPROTOCOL).toBe(`parley.v${PROTOCOL_VERSION}`);
  });

  it('has another hash when a field, a limit or an error changes, and the same in another order', () => {
    expect(hashOf({ a: [{ b: 1, c: 2 }] })).toBe(hashOf({ a: [{ c: 2, b: 1 }] }));
    expect(hashOf({ a: [{ b: 1, c: 2 }] })).not.toBe(hashOf({ a: [{ b: 1, c: 3 }] }));
    expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
    const text = JSON.stringify(describeWire());
    for (const part of [
      '"send_message"',
      '"replyTo"',
      '"closing"',
      'rate_limited',
      '"frameBytes"',
    ]) {
      expect(text).toContain(part);
    }
  });
});
