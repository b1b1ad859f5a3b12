// An object of an SDK: @google/genai on Vertex AI, which polls with the operation in hand.
import { waitFor } from '../../../src/wait-for/index.js';
import { loadPackage } from './load-package.js';
import type { Program, RunOptions } from './program.js';

// As @google/genai declares them.
interface GenerateVideosResponse {
  generatedVideos?: { video?: { uri?: string } }[];
}
interface GenerateVideosOperation {
  name?: string;
  done?: boolean;
  error?: Record<string, unknown>;
  response?: GenerateVideosResponse;
}
interface GoogleGenAI {
  models: {
    generateVideos(request: { model: string; source: { prompt: string } }): Promise<GenerateVideosOperation>;
  };
  operations: {
    getVideosOperation(parameters: { operation: GenerateVideosOperation }): Promise<GenerateVideosOperation>;
  };
}
interface Package {
  GoogleGenAI: new (options: object) => GoogleGenAI;
  GenerateVideosOperation: new () => GenerateVideosOperation;
}

const request = { model: 'veo', source: { prompt: 'a cat' } };

async function videoUri(
  { GenerateVideosOperation }: Package,
  ai: GoogleGenAI,
  options: RunOptions,
): Promise<string | undefined> {
  const byName = (name: string) => Object.assign(new GenerateVideosOperation(), { name });
  // prettier-ignore
  // #region wait
  const video = await waitFor(({ name }) => ai.operations.getVideosOperation({ operation: byName(name) }),
    () => ai.models.generateVideos(request), options);
  // #endregion wait
  return video?.generatedVideos?.[0]?.video?.uri;
}

const name = 'projects/p/locations/l/publishers/google/models/veo/operations/7';

export const sdk: Program = {
  file: 'sdk.ts',
  packages: 'google',
  service: {
    isStart: ({ url }) => url?.endsWith(':predictLongRunning') ?? false,
    poll: /^POST \/v1beta1\/projects\/p\/locations\/l\/publishers\/google\/models\/veo:fetchPredictOperation$/,
    started: { name },
    running: { name },
    done: { name, done: true, response: { videos: [{ gcsUri: 'gs://b/v.mp4' }] } },
    failed: { name, done: true, error: { code: 3, message: 'the prompt was refused' } },
    result: 'gs://b/v.mp4',
    reason: { code: 3, message: 'the prompt was refused' },
  },
  async connect(origin) {
    const genai = (await loadPackage('@google/genai')) as Package;
    const ai = new genai.GoogleGenAI({ vertexai: true, apiKey: 'key', httpOptions: { baseUrl: origin, fetch } });
    return (options) => videoUri(genai, ai, options);
  },
};
