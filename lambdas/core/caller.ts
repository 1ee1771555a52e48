/** Who sent a frame, over which connection: what the authorizer vouched for. */
export interface Caller {
  readonly userId: string;
  readonly connectionId: string;
  /** Milliseconds. */
  readonly connectedAt: number;
  /** When the token ends, in milliseconds. */
  readonly tokenEnd: number;
  /** What the token calls the user. */
  readonly name?: string;
  /** Where the token says that its picture is. */
  readonly picture?: string;
  /** Takes several events in one frame. */
  readonly batch: boolean;
}
