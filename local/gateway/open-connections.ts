import { isConnectionId } from './connection-id.ts';
import { Connection } from './connection.ts';
import type { BadConnectionId, DeleteResult, GetResult, Gone, PostResult } from './connections.ts';
import { endings, limits } from './limits.ts';

/** The connections that are open, and what `@connections` does with them. */
export class OpenConnections {
  private readonly byId = new Map<string, Connection>();
  private readonly bufferBytes: number;

  /** @param bufferBytes what one client may leave unread before it is sent nothing more. */
  constructor(bufferBytes: number) {
    this.bufferBytes = bufferBytes;
  }

  add(connection: Connection): void {
    this.byId.set(connection.facts.connectionId, connection);
  }

  remove(connectionId: string): void {
    this.byId.delete(connectionId);
  }

  /** Those that are open or still closing. */
  all(): readonly Connection[] {
    return [...this.byId.values()];
  }

  post(connectionId: string, data: Buffer): PostResult {
    if (!isConnectionId(connectionId)) return { kind: 'bad-id' };
    if (data.length > limits.messageBytes) return { kind: 'too-large' };
    const found = this.find(connectionId);
    if (!(found instanceof Connection)) return found;
    return this.send(found, data) ? { kind: 'ok' } : { kind: 'limit' };
  }

  get(connectionId: string): GetResult {
    const found = this.find(connectionId);
    if (!(found instanceof Connection)) return found;
    const { lastActiveAt, facts } = found;
    const { connectedAt, identity } = facts;
    const { sourceIp, userAgent = '' } = identity;
    const connection = { connectedAt, lastActiveAt, identity: { sourceIp, userAgent } };
    return { kind: 'ok', connection };
  }

  delete(connectionId: string): DeleteResult {
    const found = this.find(connectionId);
    if (!(found instanceof Connection)) return found;
    found.close(endings.deleted);
    return { kind: 'ok' };
  }

  /** Sends unless the client's buffer is full. */
  send(connection: Connection, data: Buffer): boolean {
    if (connection.buffered + data.length > this.bufferBytes) return false;
    connection.send(data);
    return true;
  }

  private find(connectionId: string): Connection | Gone | BadConnectionId {
    if (!isConnectionId(connectionId)) return { kind: 'bad-id' };
    const connection = this.byId.get(connectionId);
    return connection?.isOpen === true ? connection : { kind: 'gone' };
  }
}
