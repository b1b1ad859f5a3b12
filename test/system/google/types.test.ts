import { expect, it } from '@jest/globals';
import { installedSet } from '../../support/installed.js';
import { typeCheck } from '../../support/type-check.js';

installedSet('google').describe('the types of longrunning/google', () => {
  it('fit the published clients, without a cast', () => {
    const code = `
      import { ClusterManagerClient, v1beta1 } from '@google-cloud/container';
      import { SqlOperationsServiceClient } from '@google-cloud/sql';
      import { GoogleGenAI, ImportFileResponse, type BatchJob, type TuningJob } from '@google/genai';
      import { sqladmin, type sqladmin_v1 } from '@googleapis/sqladmin';
      import { cloudSqlOperations, containerOperations, genaiJobs, genaiOperations } from 'longrunning/google';

      export async function use() {
        const clusters = new ClusterManagerClient();
        const [created] = await clusters.createCluster({ parent: 'p', cluster: {} });
        const { clusterConditions } = await containerOperations(clusters).poller(created).promise();
        containerOperations(new v1beta1.ClusterManagerClient());

        const client = sqladmin({ version: 'v1' });
        const { data } = await client.instances.insert({ project: 'p', requestBody: {} });
        const done: sqladmin_v1.Schema$Operation = await cloudSqlOperations(client).poller(data).promise();
        const generated = new SqlOperationsServiceClient();
        const [operation] = await generated.get({ project: 'p', operation: 'o' });
        const { targetId } = await cloudSqlOperations(generated).poller(operation).promise();

        const ai = new GoogleGenAI({});
        const imported: ImportFileResponse = await genaiOperations(ai)
          .poller(await ai.fileSearchStores.importFile({ fileSearchStoreName: 's', fileName: 'f' }))
          .promise();
        const batch: BatchJob = await genaiJobs(ai).poller(await ai.batches.create({ src: 'gs://b/i' })).promise();
        const tuning: TuningJob = await genaiJobs(ai)
          .poller(await ai.tunings.tune({ baseModel: 'm', trainingDataset: {} }))
          .promise();
        return [clusterConditions, done, targetId, imported, batch, tuning];
      }`;
    expect(typeCheck('google', code)).toEqual([]);
  }, 300_000); // the types of generated clients are large
});
