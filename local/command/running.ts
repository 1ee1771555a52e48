/** Something that runs until it is stopped. */
export interface Running {
  readonly stop: () => Promise<void>;
}
