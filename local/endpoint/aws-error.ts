/** An error as AWS names it. Each service writes it in the form of its own protocol. */
export class AwsError extends Error {
  /** `AccessDeniedException`, `QueueDoesNotExist` …: what the SDK puts into `error.name`. */
  readonly code: string;
  readonly status: number;
  /** Further members of the error's body, e.g. `CancellationReasons`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    status = 400,
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
