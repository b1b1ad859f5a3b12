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
/** The JSON that comes over REST, taken for what you say it is. */
export const exportAgentJson = operationInfo({
  response: jsonType<{ agentUri?: string }>('google.cloud.dialogflow.cx.v3.ExportAgentResponse'),
});
// #endregion json

// #region empty
/** An operation with nothing to say: its response is `undefined`. */
export const deleteThing = operationInfo({ response: emptyType });
// #endregion empty

// #region own
/** Any other library's messages: a decoder is a name and a function. */
const agentUri: AnyDecoder<string> = {
  typeName: 'google.cloud.dialogflow.cx.v3.ExportAgentResponse',
  decode: (any) => (any?.value && ExportAgentResponse.decode(any.value).agentUri) ?? '',
};
export const exportAgentUri = operationInfo({ response: agentUri, metadata: anyType });
// #endregion own
