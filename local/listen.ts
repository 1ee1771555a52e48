import type { Server } from 'node:http';
import { UserError } from './user-error.ts';

/**
 * Lets a server listen on this machine only.
 * @throws {UserError} if the port is taken or not allowed
 */
export async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(
          new UserError(`port ${port} is taken; stop what uses it, or choose another with --port`),
        );
      } else if (error.code === 'EACCES') {
        reject(new UserError(`port ${port} may not be used; choose one above 1023 with --port`));
      } else {
        reject(error);
      }
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}
