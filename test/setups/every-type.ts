// Compiled with many versions of TypeScript, against the packed package, with the errors in its types.
import { type LROPoller, OperationsClient } from 'longrunning';
import { customOperations } from 'longrunning/custom';
import { wellKnownTypes } from 'longrunning/decoders';
import { pollerFrom } from 'longrunning/gax';
import { computeOperations } from 'longrunning/google';
import { grpcTransport } from 'longrunning/grpc';
import { durationHistory } from 'longrunning/history';
import { waitAll } from 'longrunning/many';
import { restTransport } from 'longrunning/rest';
import { OperationsEmulator } from 'longrunning/testing';
import { parseOperation } from 'longrunning/wire';

const transport = restTransport({ service: 'speech.googleapis.com', auth: () => Promise.resolve({}) });
const client: OperationsClient = new OperationsClient({ transport });
export const poller: LROPoller<unknown> = client.poller('operations/1');
export const list = [computeOperations, customOperations, durationHistory, grpcTransport, OperationsEmulator];
export const others = [parseOperation, pollerFrom, waitAll, wellKnownTypes];
