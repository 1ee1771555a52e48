/** How the parts of the local cloud call a function: the gateway for a frame, the poller for a batch. */

/** What came of an invocation: the handler's own answer, or the error that Lambda reports for it. */
export type Invocation =
  | { readonly ok: true; readonly payload: unknown }
  | {
      readonly ok: false;
      /**
       * The name of the error that a handler threw (`Error`), or Lambda's own: `Sandbox.Timedout`,
       * `Runtime.ExitError`, `Runtime.ImportModuleError`, `TooManyRequestsException`, `ResourceNotFoundException` …
       */
      readonly errorType: string;
      readonly errorMessage: string;
    };

/** Invokes a function by its name or ARN and waits for the answer. Never rejects. */
export type Invoke = (functionNameOrArn: string, event: unknown) => Promise<Invocation>;
