/**
 * What `#google-gax` of package.json is outside of Node.js: in pages, workers and edge runtimes, where google-gax cannot run.
 * Bundlers resolve to this file without configuration. Loading it throws nothing: a bundler may run it although no call
 * needs google-gax.
 */
export const reason =
  "google-gax runs in Node.js only; pass 'auth' as a function that returns the headers (in a bundle for Node.js, set the bundler's export condition 'node')";
