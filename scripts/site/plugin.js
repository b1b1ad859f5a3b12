// A plugin of TypeDoc: the search finds guides by the words that readers look for, and the README is the page "Overview".
import { Converter, Renderer } from 'typedoc';

/** Words of readers, by the title of the page that has the explanation. */
const keywords = {
  'Testing your code': 'jest vitest mocha fake timers mock emulator test',
  Polling: 'retry retries backoff timeout deadline interval poll schedule rate limit progress how many requests',
  'Getting started': 'resume resuming restart crash token transport grpc rest install',
  'Errors and outcomes': 'error errors error codes exception failed cancel cancelled abort throw',
  Coalescing: 'coalesce',
  'Many operations': 'batch promise.all concurrency',
  'Past durations': 'history estimate eta',
  'You have a loop': 'sleep while loop',
  'Status routes': 'express next.js hono status 202',
  'Background jobs': 'scheduled cron lambda function restart',
  Recipes: 'react hook nestjs pub/sub bar github action',
  'Gemini API and Veo': 'veo gemini genai video api key',
  OpenTelemetry: 'opentelemetry otel trace tracing span metrics',
  'Command line': 'cli terminal shell',
  'Firebase and deployments': 'firebase deploy firestore',
  'Try a schedule': 'calculator backoff',
  Browsers: 'browser cors page offline preflight',
  'Services and SDKs': 'bigquery gke container sql compute genai',
  'Tasks of agents, jobs of SDKs': 'mcp a2a openai googleapis agent task',
  'Durable waits': 'bullmq redis queue worker temporal',
  'Set-ups': 'setup bundler esbuild vite webpack rollup commonjs typescript proxy http_proxy',
};

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    if (document.name === 'README') document.name = 'Overview';
  });
  app.renderer.on(Renderer.EVENT_PREPARE_INDEX, (/** @type {import('typedoc').IndexEvent} */ event) => {
    event.searchFieldWeights.keywords = 5000; // more than the name of a member is worth
    event.searchResults.forEach((reflection, index) => {
      const words = reflection.isDocument()
        ? keywords[/** @type {keyof typeof keywords} */ (reflection.name)]
        : undefined;
      event.searchFields[index] = { ...event.searchFields[index], keywords: words ?? '' };
    });
  });
}
