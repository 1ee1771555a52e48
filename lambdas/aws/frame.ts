import type { ConnectionEvent } from './caller-of.ts';

/** The event of a frame, as far as it is read. */
export interface FrameEvent extends ConnectionEvent {
  /** Absent for an empty frame. */
  readonly body?: string | null;
}

/** What a proxy integration answers; with a route response, the body goes to the client. */
export interface FrameAnswer {
  readonly statusCode: number;
  readonly body: string;
}
