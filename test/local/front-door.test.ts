import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { FrontDoor } from '../../local/front-door.ts';
import { UserError } from '../../local/user-error.ts';

let door: FrontDoor | undefined;
let other: Server | undefined;

afterEach(async () => {
  await door?.close();
  door = undefined;
  other?.close();
  other = undefined;
});

describe('the front door', () => {
  it('answers 503 to requests and handshakes until there is something behind it', async () => {
    door = await FrontDoor.open(0);
    const early = await fetch(`http://127.0.0.1:${door.port}/`);
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
    const socket = new WebSocket(`ws://127.0.0.1:${door.port}/`);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('503');

    door.answerBy({
      request: (_, response) => response.end('here'),
      upgrade: (_, upgraded) => upgraded.end('HTTP/1.1 418 Teapot\r\n\r\n'),
    });
    expect(await (await fetch(`http://127.0.0.1:${door.port}/`)).text()).toBe('here');
    const late = new WebSocket(`ws://127.0.0.1:${door.port}/`);
    const [refused] = (await once(late, 'error')) as [Error];
    expect(refused.message).toContain('418');
  });

  it('says in one sentence that the port is taken', async () => {
    other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(FrontDoor.open(port)).rejects.toThrow(
      new UserError(`port ${port} is taken; end what listens there, or choose another port`),
    );
  });

  it('is closed to others than this machine', async () => {
    door = await FrontDoor.open(0);
    expect(door.port).toBeGreaterThan(0);
    // Bound to the loopback address alone, the same port of any other address is free.
    other = createServer().listen(door.port, '127.0.0.2');
    const bound = once(other, 'listening').then(
      () => true,
      // macOS has no 127.0.0.2 unless it is configured.
      (error: NodeJS.ErrnoException) => error.code === 'EADDRNOTAVAIL',
    );
    expect(await bound).toBe(true);
  });
});
