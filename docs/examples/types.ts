import { protos } from '@google-cloud/dialogflow-cx';
// #region imports
import { anyType, emptyType, jsonType, operationInfo, protobufType, type AnyDecoder } from 'longrunning';
// #endregion imports

const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;

// #region protobuf
/** A class of protobufjs's static generator, as in `protos` of every `@google-cloud/*` package. */
export const exportAgent = operationInfo({ response: protobufType(ExportAgentResponse) });
// #endregion protobuf

// #region json
/** The JSON that comes over REST. Its shape is not checked. */
export const exportAgentJson = operationInfo({
  response: jsonType<{ agentUri?: string }>('google.cloud.dialogflow.cx.v3.ExportAgentResponse'),
});
// #endregion json

// #region empty
/** An operation with an empty response, which becomes `undefined`. */
export const deleteThing = operationInfo({ response: emptyType });
// #endregion empty

// #region own
/** The messages of any other library: a decoder is a name and a function. */
const agentUri: AnyDecoder<string> = {
  typeName: 'google.cloud.dialogflow.cx.v3.ExportAgentResponse',
  decode: (any) => (any?.value && ExportAgentResponse.decode(any.value).agentUri) ?? '',
};
export const exportAgentUri = operationInfo({ response: agentUri, metadata: anyType });
// #endregion own
