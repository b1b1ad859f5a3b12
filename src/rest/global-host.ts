const prefixed = /^(?:[a-z]+-[a-z]+\d+|us|eu)-([a-z]+\.googleapis\.com)$/;
const regional = /^([a-z]+)\.[a-z\d-]+\.rep\.googleapis\.com$/;

/**
 * The global host of a service, by which the table of services has it, from a regional one, such as
 * `us-central1-dialogflow.googleapis.com` or `dialogflow.us-central1.rep.googleapis.com`. Any other host is returned as it is.
 */
export function globalHost(host: string): string {
  return host.replace(prefixed, '$1').replace(regional, '$1.googleapis.com');
}
