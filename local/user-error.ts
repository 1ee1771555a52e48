/** An error for the person at the terminal: its message is one sentence that says what to do, and all they get to see. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
