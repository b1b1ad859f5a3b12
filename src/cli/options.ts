// The commands and the options, as data: parse.ts reads arguments by them, help.ts and the manual are written from them.

/** The name of a command. */
export type CommandName = 'wait' | 'get' | 'list' | 'cancel' | 'delete' | 'services';

/** A command. */
export interface CommandSpec {
  readonly name: CommandName;
  /** The arguments, as in a synopsis. */
  readonly operands: string;
  readonly summary: string;
  readonly text: string;
}

/** The name of an option. */
export type OptionName =
  | 'service'
  | 'api-version'
  | 'endpoint'
  | 'transport'
  | 'insecure'
  | 'auth'
  | 'access-token-file'
  | 'header'
  | 'descriptors'
  | 'wait'
  | 'timeout'
  | 'any'
  | 'all'
  | 'fail-fast'
  | 'poll-every'
  | 'token'
  | 'history'
  | 'history-key'
  | 'filter'
  | 'limit'
  | 'output'
  | 'quiet';

/** An option. */
export interface OptionSpec {
  readonly name: OptionName;
  readonly short?: string;
  /** The name of its value; absent for a flag. */
  readonly value?: string;
  /** Whether it can be given more than once. */
  readonly multiple?: boolean;
  readonly text: string;
  /** The commands that have it. */
  readonly commands: readonly CommandName[];
}

/** The commands, in the order of the help. */
export const commandSpecs: readonly CommandSpec[] = [
  {
    name: 'wait',
    operands: 'NAME...',
    summary: 'Wait until operations are done, and print their responses.',
    text:
      'Waits until operations are done and prints their responses to standard output. Progress and errors go to ' +
      'standard error: in a terminal as lines that are rewritten, otherwise as one line for each change. Failed ' +
      'requests are retried. Ctrl-C ends the wait, not the operations, and prints the command that resumes it.',
  },
  {
    name: 'get',
    operands: 'NAME...',
    summary: 'Print the current state of operations.',
    text: 'Prints the current state of operations, without waiting.',
  },
  {
    name: 'list',
    operands: 'PARENT',
    summary: 'List the operations of a collection.',
    text:
      "Lists the operations of a collection or of its parent, such as 'projects/p/locations/l', page by page. The " +
      'form of the name and the syntax of the filter are those of the service.',
  },
  {
    name: 'cancel',
    operands: 'NAME...',
    summary: 'Request the cancellation of operations.',
    text:
      'Requests the cancellation of operations. The service may complete an operation all the same: --wait waits for ' +
      'the outcome, and then exits as wait does.',
  },
  {
    name: 'delete',
    operands: 'NAME...',
    summary: 'Delete the records of operations.',
    text: 'Deletes the records of operations. That does not cancel an operation that is running.',
  },
  {
    name: 'services',
    operands: '[TEXT]',
    summary: "List Google's services whose REST paths are built in.",
    text:
      "Lists Google's services whose REST paths are built in, with their versions: the values of --service and " +
      '--api-version. TEXT selects those whose host contains it.',
  },
];

const requests: readonly CommandName[] = ['wait', 'get', 'list', 'cancel', 'delete'];
const waits: readonly CommandName[] = ['wait', 'cancel'];
const everywhere: readonly CommandName[] = [...requests, 'services'];

/** The options, in the order of the help. */
export const optionSpecs: readonly OptionSpec[] = [
  {
    name: 'service',
    value: 'HOST',
    text: "A service of Google, such as dialogflow.googleapis.com: see 'longrunning services'.",
    commands: requests,
  },
  {
    name: 'api-version',
    value: 'VERSION',
    text: 'The version in the paths of REST requests, such as v3. Default: v1, or the only version of the service.',
    commands: requests,
  },
  {
    name: 'endpoint',
    value: 'HOST[:PORT]',
    text: 'The host to connect to: a regional host of the service, an emulator, or any server with google.longrunning.',
    commands: requests,
  },
  { name: 'transport', value: 'rest|grpc', text: 'The protocol. Default: rest.', commands: requests },
  {
    name: 'insecure',
    text: 'Connect without TLS. Credentials are then sent to this machine only.',
    commands: requests,
  },
  {
    name: 'auth',
    value: 'adc|none',
    text:
      'adc: Application Default Credentials, as gcloud and the client libraries find them. none: no credentials. ' +
      'Default: the access token if there is one, adc for hosts of googleapis.com, otherwise none.',
    commands: requests,
  },
  {
    name: 'access-token-file',
    value: 'FILE',
    text: 'A file with an OAuth access token. It is read for each request over TLS, so that it can be renewed.',
    commands: requests,
  },
  {
    name: 'header',
    value: "'NAME: VALUE'|@FILE",
    multiple: true,
    text:
      'A header (over gRPC: metadata) of each request. @FILE reads headers from a file, one a line. Credentials are ' +
      'accepted from a file only, since other users of a machine can read the arguments of a program.',
    commands: requests,
  },
  {
    name: 'descriptors',
    value: 'FILE',
    text:
      "The types of responses and metadata over gRPC: a FileDescriptorSet, from 'protoc --include_imports " +
      "--descriptor_set_out' or 'buf build -o'. Without it a message is shown as its type and its bytes in base64. " +
      'REST needs no types.',
    commands: ['wait', 'get', 'list', 'cancel'],
  },
  { name: 'wait', text: 'Wait for the outcome after the request.', commands: ['cancel'] },
  {
    name: 'timeout',
    value: 'DURATION',
    text: 'Stop waiting after this time, such as 90s, 30m or 1h30m. The operations go on.',
    commands: waits,
  },
  { name: 'all', text: 'Wait for all operations (the default).', commands: waits },
  { name: 'any', text: 'Stop at the first operation that succeeds.', commands: waits },
  { name: 'fail-fast', text: 'Stop at the first operation that does not succeed.', commands: waits },
  {
    name: 'poll-every',
    value: 'DURATION',
    text: 'Poll at this interval. Default: often at first, then about every minute; a long poll if the service has one.',
    commands: waits,
  },
  {
    name: 'token',
    value: 'FILE|-',
    text:
      'Without NAME: resume the waits saved in the file, or read from standard input. When a wait ends before its ' +
      'operation, its token is saved in the file, or written to standard output.',
    commands: ['wait'],
  },
  {
    name: 'history',
    value: 'FILE',
    text:
      'A file with the durations of past operations, made by the first wait and updated by each. By it the polls are ' +
      'placed where an end is likely, and the remaining time is estimated. Processes may share it.',
    commands: waits,
  },
  {
    name: 'history-key',
    value: 'KEY',
    text:
      'Which operations take similar times, such as nightly-export: only those with the same KEY are compared. ' +
      'Default: all of one host.',
    commands: waits,
  },
  { name: 'filter', value: 'FILTER', text: "A filter in the service's own syntax.", commands: ['list'] },
  { name: 'limit', value: 'NUMBER', text: 'Stop after this number of operations.', commands: ['list'] },
  {
    name: 'output',
    short: 'o',
    value: 'text|json|ndjson',
    text:
      'text: responses as JSON; for several operations a line each, with the name and the response. json: operations ' +
      'as one JSON value. ndjson: a line of JSON for each operation, as soon as it is known. Default: text.',
    commands: ['wait', 'get', 'list', 'cancel', 'services'],
  },
  { name: 'quiet', short: 'q', text: 'Write nothing but errors to standard error.', commands: everywhere },
];

/** An exit code and its meaning. */
export const exitCodes: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'Success. After a wait: there is a response.'],
  [1, 'The operation failed.'],
  [2, 'The command line is invalid. Nothing was sent.'],
  [3, 'A request failed: the state of the operation is unknown. Or the output could not be written.'],
  [4, 'The operation was cancelled.'],
  [124, 'The time of --timeout is up. The operation is not stopped.'],
  [130, 'Interrupted by Ctrl-C (129 by SIGHUP, 143 by SIGTERM). The operation is not stopped.'],
];

/** Environment variables and their meaning. */
export const environment: readonly (readonly [name: string, meaning: string])[] = [
  ['LONGRUNNING_ACCESS_TOKEN', 'An OAuth access token. --access-token-file takes precedence.'],
  ['GOOGLE_APPLICATION_CREDENTIALS', 'The key file of Application Default Credentials.'],
  ['NO_COLOR', 'If it is not empty: no colors.'],
];

/** Examples: what they do, and the command. */
export const examples: readonly (readonly [text: string, command: string, commands: readonly CommandName[]])[] = [
  [
    'Wait for at most an hour, and keep the response:',
    'longrunning wait projects/p/locations/l/operations/123 \\\n    --service dialogflow.googleapis.com --api-version v3 --timeout 1h > response.json',
    ['wait'],
  ],
  [
    'Wait in a job that may be stopped, and resume in the next one:',
    'longrunning wait operations/123 --service cloudbuild.googleapis.com --token wait.json\nlongrunning wait --service cloudbuild.googleapis.com --token wait.json',
    ['wait'],
  ],
  [
    'Stop a build at the first failure of three:',
    'longrunning wait operations/1 operations/2 operations/3 --fail-fast --endpoint localhost:8080 --insecure',
    ['wait'],
  ],
  [
    'Estimate the remaining time by the nightly exports before:',
    'longrunning wait operations/123 --service workflows.googleapis.com \\\n    --history ~/.cache/longrunning.json --history-key nightly-export',
    ['wait'],
  ],
  [
    'Read the response of a gRPC service:',
    'longrunning wait operations/123 --endpoint library.example.com --transport grpc --descriptors library.binpb',
    ['wait', 'get'],
  ],
  [
    'The names of the running operations:',
    "longrunning list projects/p/locations/l --service workflows.googleapis.com -o ndjson |\n    jq -r 'select(.done | not).name'",
    ['list'],
  ],
  [
    'Cancel, and wait until the operation has ended:',
    'longrunning cancel operations/123 --wait --service cloudbuild.googleapis.com',
    ['cancel'],
  ],
  ['The versions of a service:', 'longrunning services dialogflow', ['services']],
  [
    'Delete a record:',
    'longrunning delete projects/p/locations/l/operations/123 --service workflows.googleapis.com',
    ['delete'],
  ],
];
