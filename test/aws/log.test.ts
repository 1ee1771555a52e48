import { createLog } from '../../lambdas/aws/log.ts';
import { MemoryClock } from '../memory/clock.ts';

function written(fields: Readonly<Record<string, string | number | boolean>>): string {
  const lines: string[] = [];
  createLog(new MemoryClock(Date.UTC(2026, 0, 2)), (line) => lines.push(line)).write(
    'warn',
    'post_failed',
    fields,
  );
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('the log', () => {
  it('writes one line of JSON a record', () => {
    expect(written({ connectionId: 'a=', seq: 7, batch: true })).toBe(
      '{"time":"2026-01-02T00:00:00.000Z","level":"warn","event":"post_failed","connectionId":"a=","seq":7,"batch":true}\n',
    );
  });

  it.each([
    'a\r\n{"level":"error","event":"forged"}',
    'a\u2028b\u2029c\u0085d',
    '\u001b[2J\u001b[31mred\u009b31m\u007f',
    'null\0, backspace \b',
    '\ud800 alone, ä, 🙂',
  ])('F-73 lets no value start another record or speak to a terminal: %j', (value) => {
    const line = written({ value });
    expect(line).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(line)).toMatchObject({ event: 'post_failed', value });
  });

  it('F-73 lets no name of a field do so either, nor take the place of the record’s own', () => {
    const line = written({ 'a\nb': 1, level: 'info', event: 'forged', time: 'never' });
    expect(line).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(line)).toEqual({
      time: '2026-01-02T00:00:00.000Z',
      level: 'warn',
      event: 'post_failed',
      'a\nb': 1,
    });
  });

  it('cuts what is too long to be an id', () => {
    const line = written({ value: 'x'.repeat(100_000) });
    expect(line.length).toBeLessThan(700);
  });
});
