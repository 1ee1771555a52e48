/** A setting is missing or wrong; the message is one sentence for a person: what is wrong and what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
