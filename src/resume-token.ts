/** What it takes to resume a wait, in this process or another: a plain object that survives `JSON.stringify`. */
export interface ResumeToken {
  /** The version of the token's form. */
  readonly version: 1;
  /** The operation's name. */
  readonly name: string;
  /** When the operation was first seen, in milliseconds since 1970 (UTC). */
  readonly startedAtMs: number;
  /** The host that the operation lives on, if the transport knows one. */
  readonly apiEndpoint?: string;
  /** The declared type of the response. */
  readonly responseType?: string;
  /** The declared type of the metadata. */
  readonly metadataType?: string;
}
