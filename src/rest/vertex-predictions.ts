import type { Bindings } from './http-rule.js';
import { parsePathTemplate } from './path-template.js';

/**
 * The bindings for the operations of Vertex AI's publisher models, such as Veo's, which have no GetOperation: their state
 * comes by `POST {model}:fetchPredictOperation`, a method of the model.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation
 */
export function predictionBindings(service: string, apiVersion: string): Bindings {
  if (service !== 'aiplatform.googleapis.com') return {};
  const model = '{model=projects/*/locations/*/publishers/*/models/*}';
  const template = parsePathTemplate(`/${apiVersion}/${model}:fetchPredictOperation`);
  return {
    GetOperation: [{ httpMethod: 'POST', template, body: '*', fieldsFrom: ({ name }) => predictionFields(name) }],
  };
}

function predictionFields(name: unknown): { model: string; operationName: string } | undefined {
  const [, model] = /^(.+)\/operations\/[^/]+$/.exec(String(name)) ?? [];
  return model === undefined ? undefined : { model, operationName: String(name) };
}
