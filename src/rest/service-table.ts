// Written by `npm run services` from scripts/data; not to be edited.

/**
 * The HTTP bindings of Google's services. In each paragraph: which services, `.googleapis.com` left out, in which
 * versions; then their bindings, in the order in which they are tried: the RPCs, and the path template without its
 * `:cancel` or `:wait`. `$v` stands for the version, `*` after an RPC for the body of that name, a verb in
 * parentheses for one that is not the usual GET, GET, POST, DELETE, POST.
 */
export const serviceTable = `
accesscontextmanager v1, cloudresourcemanager v3, workspaceevents v1 v1beta
  get /$v/{name=operations/**}

admanager v1
  get cancel /$v/{name=networks/*/operations/reports/runs/*}

agentregistry v1, aistreams v1alpha1, alloydb v1 v1alpha, apigateway v1, apihub v1, apphub v1,
appoptimize v1beta, backupdr v1, batch v1 v1alpha, beyondcorp v1, blockchainnodeengine v1,
certificatemanager v1, ces v1 v1beta, clouddeploy v1, cloudnumberregistry v1alpha, commerceproducer v1beta,
config v1, configdelivery v1 v1alpha v1beta, connectors v1, dataform v1 v1beta1, datafusion v1 v1beta1,
datalineage v1, datamigration v1, datastream v1 v1alpha1, developerconnect v1, edgecontainer v1,
edgenetwork v1, eventarc v1, file v1 v1beta1, financialservices v1, ftp v1, gdchardwaremanagement v1alpha,
geminidataanalytics v1 v1alpha v1beta, gkebackup v1, gkehub v1 v1alpha v1beta v1beta1, gkemulticloud v1,
hypercomputecluster v1 v1alpha v1beta, ids v1, licensemanager v1, livestream v1, managedkafka v1,
memcache v1 v1beta2, metastore v1 v1alpha v1beta, migrationcenter v1, netapp v1,
networkconnectivity v1 v1alpha1 v1beta, networksecurity v1beta1, networkservices v1 v1beta1,
notebooks v1 v1beta1 v2, oracledatabase v1, parallelstore v1, privateca v1 v1beta1,
rapidmigrationassessment v1, securesourcemanager v1, speech v2, storagebatchoperations v1, storageinsights v1,
telcoautomation v1alpha1, vectorsearch v1 v1beta, videostitcher v1, vmmigration v1, workloadmanager v1,
workstations v1 v1beta
  get cancel* delete /$v/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations

aiplatform v1 v1beta1
  get cancel delete wait /ui/{name=projects/*/locations/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/datasets/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/datasets/*/dataItems/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/datasets/*/savedQueries/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/datasets/*/annotationSpecs/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/datasets/*/dataItems/*/annotations/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/endpoints/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/featurestores/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/featurestores/*/entityTypes/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/featurestores/*/entityTypes/*/features/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/customJobs/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/dataLabelingJobs/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/hyperparameterTuningJobs/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/indexes/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/indexEndpoints/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/modelDeploymentMonitoringJobs/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/migratableResources/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/models/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/models/*/evaluations/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/studies/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/studies/*/trials/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/trainingPipelines/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/pipelineJobs/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/specialistPools/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/tensorboards/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/tensorboards/*/experiments/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/tensorboards/*/experiments/*/runs/*/operations/*}
  get cancel delete wait /ui/{name=projects/*/locations/*/tensorboards/*/experiments/*/runs/*/timeSeries/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/datasets/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/datasets/*/dataItems/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/datasets/*/savedQueries/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/datasets/*/annotationSpecs/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/datasets/*/dataItems/*/annotations/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/endpoints/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/featurestores/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/featurestores/*/entityTypes/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/featurestores/*/entityTypes/*/features/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/customJobs/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/dataLabelingJobs/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/hyperparameterTuningJobs/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/indexes/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/indexEndpoints/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/modelDeploymentMonitoringJobs/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/migratableResources/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/models/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/models/*/evaluations/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/studies/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/studies/*/trials/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/trainingPipelines/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/pipelineJobs/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/specialistPools/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/tensorboards/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/tensorboards/*/experiments/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/tensorboards/*/experiments/*/runs/*/operations/*}
  get cancel delete wait /$v/{name=projects/*/locations/*/tensorboards/*/experiments/*/runs/*/timeSeries/*/operations/*}
  list /ui/{name=projects/*/locations/*}/operations
  list /ui/{name=projects/*/locations/*/datasets/*}/operations
  list /ui/{name=projects/*/locations/*/datasets/*/dataItems/*}/operations
  list /ui/{name=projects/*/locations/*/datasets/*/savedQueries/*}/operations
  list /ui/{name=projects/*/locations/*/datasets/*/annotationSpecs/*}/operations
  list /ui/{name=projects/*/locations/*/datasets/*/dataItems/*/annotations/*}/operations
  list /ui/{name=projects/*/locations/*/endpoints/*}/operations
  list /ui/{name=projects/*/locations/*/featurestores/*}/operations
  list /ui/{name=projects/*/locations/*/featurestores/*/entityTypes/*}/operations
  list /ui/{name=projects/*/locations/*/featurestores/*/entityTypes/*/features/*}/operations
  list /ui/{name=projects/*/locations/*/customJobs/*}/operations
  list /ui/{name=projects/*/locations/*/dataLabelingJobs/*}/operations
  list /ui/{name=projects/*/locations/*/hyperparameterTuningJobs/*}/operations
  list /ui/{name=projects/*/locations/*/indexes/*}/operations
  list /ui/{name=projects/*/locations/*/indexEndpoints/*}/operations
  list /ui/{name=projects/*/locations/*/modelDeploymentMonitoringJobs/*}/operations
  list /ui/{name=projects/*/locations/*/migratableResources/*}/operations
  list /ui/{name=projects/*/locations/*/models/*}/operations
  list /ui/{name=projects/*/locations/*/models/*/evaluations/*}/operations
  list /ui/{name=projects/*/locations/*/studies/*}/operations
  list /ui/{name=projects/*/locations/*/studies/*/trials/*}/operations
  list /ui/{name=projects/*/locations/*/trainingPipelines/*}/operations
  list /ui/{name=projects/*/locations/*/pipelineJobs/*}/operations
  list /ui/{name=projects/*/locations/*/specialistPools/*}/operations
  list /ui/{name=projects/*/locations/*/tensorboards/*}/operations
  list /ui/{name=projects/*/locations/*/tensorboards/*/experiments/*}/operations
  list /ui/{name=projects/*/locations/*/tensorboards/*/experiments/*/runs/*}/operations
  list /ui/{name=projects/*/locations/*/tensorboards/*/experiments/*/runs/*/timeSeries/*}/operations
  list /$v/{name=projects/*/locations/*}/operations
  list /$v/{name=projects/*/locations/*/datasets/*}/operations
  list /$v/{name=projects/*/locations/*/datasets/*/dataItems/*}/operations
  list /$v/{name=projects/*/locations/*/datasets/*/savedQueries/*}/operations
  list /$v/{name=projects/*/locations/*/datasets/*/annotationSpecs/*}/operations
  list /$v/{name=projects/*/locations/*/datasets/*/dataItems/*/annotations/*}/operations
  list /$v/{name=projects/*/locations/*/endpoints/*}/operations
  list /$v/{name=projects/*/locations/*/featurestores/*}/operations
  list /$v/{name=projects/*/locations/*/featurestores/*/entityTypes/*}/operations
  list /$v/{name=projects/*/locations/*/featurestores/*/entityTypes/*/features/*}/operations
  list /$v/{name=projects/*/locations/*/customJobs/*}/operations
  list /$v/{name=projects/*/locations/*/dataLabelingJobs/*}/operations
  list /$v/{name=projects/*/locations/*/hyperparameterTuningJobs/*}/operations
  list /$v/{name=projects/*/locations/*/indexes/*}/operations
  list /$v/{name=projects/*/locations/*/indexEndpoints/*}/operations
  list /$v/{name=projects/*/locations/*/modelDeploymentMonitoringJobs/*}/operations
  list /$v/{name=projects/*/locations/*/migratableResources/*}/operations
  list /$v/{name=projects/*/locations/*/models/*}/operations
  list /$v/{name=projects/*/locations/*/models/*/evaluations/*}/operations
  list /$v/{name=projects/*/locations/*/studies/*}/operations
  list /$v/{name=projects/*/locations/*/studies/*/trials/*}/operations
  list /$v/{name=projects/*/locations/*/trainingPipelines/*}/operations
  list /$v/{name=projects/*/locations/*/pipelineJobs/*}/operations
  list /$v/{name=projects/*/locations/*/specialistPools/*}/operations
  list /$v/{name=projects/*/locations/*/tensorboards/*}/operations
  list /$v/{name=projects/*/locations/*/tensorboards/*/experiments/*}/operations
  list /$v/{name=projects/*/locations/*/tensorboards/*/experiments/*/runs/*}/operations
  list /$v/{name=projects/*/locations/*/tensorboards/*/experiments/*/runs/*/timeSeries/*}/operations

alloydb v1beta, datacatalog v1, lustre v1, memorystore v1 v1beta, parallelstore v1beta, redis v1 v1beta1,
tpu v1 v2 v2alpha1
  get cancel delete /$v/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations

apikeys v2
  get /$v/{name=operations/*}

appengine v1
  get /$v/{name=apps/*/operations/*}
  list /$v/{name=apps/*}/operations

artifactregistry v1 v1beta2, cloudkms v1, cloudtasks v2beta3, contentwarehouse v1, routeoptimization v1
  get /$v/{name=projects/*/locations/*/operations/*}

assuredworkloads v1 v1beta1
  get /$v/{name=organizations/*/locations/*/operations/*}
  list /$v/{name=organizations/*/locations/*}/operations

auditmanager v1, dataplex v1, networksecurity v1 v1alpha1
  get cancel* delete /$v/{name=projects/*/locations/*/operations/*}
  get cancel* delete /$v/{name=organizations/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations
  list /$v/{name=organizations/*/locations/*}/operations

automl v1 v1beta1, translate v3 v3beta1
  get cancel* delete wait* /$v/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations

bigtableadmin v2
  get cancel delete /$v/{name=operations/**}
  list /$v/{name=operations/projects/**}/operations

chronicle v1
  get cancel* delete /$v/{name=projects/*/locations/*/instances/*/operations/*}
  list /$v/{name=projects/*/locations/*/instances/*}/operations

cloudasset v1 v1p2beta1 v1p7beta1
  get /$v/{name=*/*/operations/*/**}

cloudbuild v1
  get cancel* /$v/{name=operations/**}
  get cancel* /$v/{name=projects/*/locations/*/operations/*}

cloudbuild v2
  get cancel* /$v/{name=projects/*/locations/*/operations/*}

cloudchannel v1
  get cancel* delete /$v/{name=operations/**}
  list /$v/{name=operations}

cloudcommerceconsumerprocurement v1
  get /$v/{name=billingAccounts/*/orders/*/operations/*}

cloudcommerceconsumerprocurement v1alpha1
  get /$v/{name=billingAccounts/*/orders/*/operations/*}
  get /$v/{name=billingAccounts/*/orders/*/orderAttributions/*/operations/*}

cloudfunctions v1, serviceusage v1 v1beta1
  get /$v/{name=operations/*}
  list /$v/operations

cloudfunctions v2 v2alpha v2beta, domains v1 v1alpha2 v1beta1, texttospeech v1 v1beta1, vpcaccess v1
  get /$v/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations

cloudoptimization v1
  get /$v/{name=projects/*/operations/*}
  get /$v/{name=projects/*/locations/*/operations/*}

cloudsecuritycompliance v1
  get cancel* delete /$v/{name=organizations/*/locations/*/operations/*}
  get cancel* delete /$v/{name=projects/*/locations/*/operations/*}
  list /$v/{name=organizations/*/locations/*}/operations
  list /$v/{name=projects/*/locations/*}/operations

composer v1 v1beta1, vmwareengine v1, workflows v1 v1beta
  get delete /$v/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations

contactcenterinsights v1
  get cancel /$v/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations

datalabeling v1beta1
  get cancel(GET) delete /$v/{name=projects/*/operations/*}
  list /$v/{name=projects/*}/operations

dataproc v1
  get cancel delete /$v/{name=projects/*/regions/*/operations/*}
  get cancel delete /$v/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/regions/*/operations}
  list /$v/{name=projects/*/locations/*/operations}

datastore v1
  get cancel delete /$v/{name=projects/*/operations/*}
  list /$v/{name=projects/*}/operations

dialogflow v2 v2beta1 v3 v3beta1
  get cancel /$v/{name=projects/*/operations/*}
  get cancel /$v/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*}/operations
  list /$v/{name=projects/*/locations/*}/operations

discoveryengine v1
  get /$v/{name=projects/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataConnector/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/branches/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/models/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/schemas/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/siteSearchEngine/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/siteSearchEngine/targetSites/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/engines/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/operations/*}
  get /$v/{name=projects/*/locations/*/dataStores/*/branches/*/operations/*}
  get /$v/{name=projects/*/locations/*/dataStores/*/models/*/operations/*}
  get /$v/{name=projects/*/locations/*/dataStores/*/operations/*}
  get /$v/{name=projects/*/locations/*/identityMappingStores/*/operations/*}
  get /$v/{name=projects/*/locations/*/operations/*}
  get /$v/{name=projects/*/operations/*}
  list /$v/{name=projects/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataConnector}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/branches/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/models/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/schemas/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/siteSearchEngine/targetSites}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/siteSearchEngine}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/engines/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*}/operations
  list /$v/{name=projects/*/locations/*/dataStores/*/branches/*}/operations
  list /$v/{name=projects/*/locations/*/dataStores/*/models/*}/operations
  list /$v/{name=projects/*/locations/*/dataStores/*}/operations
  list /$v/{name=projects/*/locations/*/identityMappingStores/*}/operations
  list /$v/{name=projects/*/locations/*}/operations
  list /$v/{name=projects/*}/operations
  cancel* /$v/{name=projects/*/operations/*}
  cancel* /$v/{name=projects/*/locations/*/collections/*/dataStores/*/branches/*/operations/*}
  cancel* /$v/{name=projects/*/locations/*/collections/*/engines/*/operations/*}
  cancel* /$v/{name=projects/*/locations/*/dataStores/*/branches/*/operations/*}

discoveryengine v1alpha
  get /$v/{name=projects/*/locations/*/collections/*/dataConnector/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/branches/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/models/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/schemas/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/siteSearchEngine/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/siteSearchEngine/targetSites/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/engines/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/operations/*}
  get /$v/{name=projects/*/locations/*/dataStores/*/branches/*/operations/*}
  get /$v/{name=projects/*/locations/*/dataStores/*/models/*/operations/*}
  get /$v/{name=projects/*/locations/*/dataStores/*/operations/*}
  get /$v/{name=projects/*/locations/*/evaluations/*/operations/*}
  get /$v/{name=projects/*/locations/*/identity_mapping_stores/*/operations/*}
  get /$v/{name=projects/*/locations/*/operations/*}
  get /$v/{name=projects/*/locations/*/sampleQuerySets/*/operations/*}
  get /$v/{name=projects/*/operations/*}
  list /$v/{name=projects/*/locations/*/collections/*/dataConnector}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/branches/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/models/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/schemas/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/siteSearchEngine/targetSites}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/siteSearchEngine}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/engines/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*}/operations
  list /$v/{name=projects/*/locations/*/dataStores/*/branches/*}/operations
  list /$v/{name=projects/*/locations/*/dataStores/*/models/*}/operations
  list /$v/{name=projects/*/locations/*/dataStores/*}/operations
  list /$v/{name=projects/*/locations/*/identity_mapping_stores/*}/operations
  list /$v/{name=projects/*/locations/*}/operations
  list /$v/{name=projects/*}/operations
  cancel* /$v/{name=projects/*/locations/*/collections/*/dataStores/*/branches/*/operations/*}
  cancel* /$v/{name=projects/*/locations/*/dataStores/*/branches/*/operations/*}

discoveryengine v1beta
  get /$v/{name=projects/*/locations/*/collections/*/dataConnector/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/branches/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/models/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/schemas/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/siteSearchEngine/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/dataStores/*/siteSearchEngine/targetSites/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/engines/*/assistants/*/agents/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/engines/*/operations/*}
  get /$v/{name=projects/*/locations/*/collections/*/operations/*}
  get /$v/{name=projects/*/locations/*/dataStores/*/branches/*/operations/*}
  get /$v/{name=projects/*/locations/*/dataStores/*/models/*/operations/*}
  get /$v/{name=projects/*/locations/*/dataStores/*/operations/*}
  get /$v/{name=projects/*/locations/*/evaluations/*/operations/*}
  get /$v/{name=projects/*/locations/*/identityMappingStores/*/operations/*}
  get /$v/{name=projects/*/locations/*/operations/*}
  get /$v/{name=projects/*/locations/*/sampleQuerySets/*/operations/*}
  get /$v/{name=projects/*/operations/*}
  list /$v/{name=projects/*/locations/*/collections/*/dataConnector}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/branches/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/models/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/schemas/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/siteSearchEngine/targetSites}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*/siteSearchEngine}/operations
  list /$v/{name=projects/*/locations/*/collections/*/dataStores/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*/engines/*}/operations
  list /$v/{name=projects/*/locations/*/collections/*}/operations
  list /$v/{name=projects/*/locations/*/dataStores/*/branches/*}/operations
  list /$v/{name=projects/*/locations/*/dataStores/*/models/*}/operations
  list /$v/{name=projects/*/locations/*/dataStores/*}/operations
  list /$v/{name=projects/*/locations/*/identityMappingStores/*}/operations
  list /$v/{name=projects/*/locations/*}/operations
  list /$v/{name=projects/*}/operations
  cancel* /$v/{name=projects/*/locations/*/collections/*/dataStores/*/branches/*/operations/*}
  cancel* /$v/{name=projects/*/locations/*/dataStores/*/branches/*/operations/*}

documentai v1
  get /$v/{name=projects/*/operations/*}
  get /$v/{name=projects/*/locations/*/operations/*}
  get /uiv1beta3/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*/operations}
  list /uiv1beta3/{name=projects/*/locations/*/operations}
  cancel /$v/{name=projects/*/locations/*/operations/*}
  cancel /uiv1beta3/{name=projects/*/locations/*/operations/*}

documentai v1beta3
  get cancel /$v/{name=projects/*/locations/*/operations/*}
  get cancel /uiv1beta3/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*/operations}
  list /uiv1beta3/{name=projects/*/locations/*/operations}

firestore v1
  get cancel* delete /$v/{name=projects/*/databases/*/operations/*}
  list /$v/{name=projects/*/databases/*}/operations

generativelanguage v1
  get /$v/{name=tunedModels/*/operations/*}
  get /$v/{name=generatedFiles/*/operations/*}
  get /$v/{name=batches/*}
  get /$v/{name=models/*/operations/*}
  get /$v/{name=corpora/*/operations/*}
  get /$v/{name=ragStores/*/operations/*}
  get /$v/{name=ragStores/*/upload/operations/*}
  list /$v/{name=operations}
  list /$v/{name=tunedModels/*}/operations
  list /$v/{name=batches}
  list /$v/{name=models/*}/operations
  cancel* /$v/{name=tunedModels/*/operations/*}
  cancel /$v/{name=batches/*}
  delete /$v/{name=operations/**}
  delete /$v/{name=batches/*}

generativelanguage v1alpha
  get /$v/{name=tunedModels/*/operations/*}
  get /$v/{name=generatedFiles/*/operations/*}
  get /$v/{name=models/*/operations/*}
  list /$v/{name=tunedModels/*}/operations
  list /$v/{name=models/*}/operations

generativelanguage v1beta
  get /$v/{name=tunedModels/*/operations/*}
  get /$v/{name=generatedFiles/*/operations/*}
  get /$v/{name=batches/*}
  get /$v/{name=models/*/operations/*}
  get /$v/{name=corpora/*/operations/*}
  list /$v/{name=tunedModels/*}/operations
  list /$v/{name=batches}
  list /$v/{name=models/*}/operations
  cancel delete /$v/{name=batches/*}

googleads v22 v23 v24 v25
  get cancel* delete wait* /$v/{name=customers/*/operations/*}
  list /$v/{name=customers/*/operations}

iam v1
  get /$v/{name=projects/*/locations/*/workloadIdentityPools/*/operations/*}
  get /$v/{name=projects/*/locations/*/workloadIdentityPools/*/providers/*/operations/*}

iam v1beta
  get cancel* delete /$v/{name=projects/*/locations/*/workloadIdentityPools/*/operations/*}
  get cancel* delete /$v/{name=projects/*/locations/*/workloadIdentityPools/*/providers/*/operations/*}
  list /$v/{name=projects/*/locations/*/workloadIdentityPools/*}/operations
  list /$v/{name=projects/*/locations/*/workloadIdentityPools/*/providers/*}/operations

iam v2 v2beta
  get /$v/{name=policies/*/*/*/operations/*}

iam v3 v3beta
  get /$v/{name=projects/*/locations/*/operations/*}
  get /$v/{name=folders/*/locations/*/operations/*}
  get /$v/{name=organizations/*/locations/*/operations/*}

jobs v4 v4beta1
  get /$v/{name=projects/*/operations/*}

lifesciences v2beta
  get cancel* /$v/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations

logging v2
  get cancel* /$v/{name=*/*/locations/*/operations/*}
  get cancel* /$v/{name=projects/*/locations/*/operations/*}
  get cancel* /$v/{name=organizations/*/locations/*/operations/*}
  get cancel* /$v/{name=folders/*/locations/*/operations/*}
  get cancel* /$v/{name=billingAccounts/*/locations/*/operations/*}
  list /$v/{name=*/*/locations/*}/operations
  list /$v/{name=projects/*/locations/*}/operations
  list /$v/{name=organizations/*/locations/*}/operations
  list /$v/{name=folders/*/locations/*}/operations
  list /$v/{name=billingAccounts/*/locations/*}/operations

managedidentities v1 v1beta1
  get cancel* delete /$v/{name=projects/*/locations/global/operations/*}
  list /$v/{name=projects/*/locations/global/operations}

networkmanagement v1 v1beta1
  get cancel* delete /$v/{name=projects/*/locations/global/operations/*}
  get cancel* delete /$v/{name=organizations/*/locations/global/operations/*}
  list /$v/{name=projects/*/locations/global}/operations
  list /$v/{name=organizations/*/locations/global}/operations

osconfig v1 v1alpha
  get cancel* /$v/{name=projects/*/locations/*/osPolicyAssignments/*/operations/*}

policysimulator v1
  get /$v/{name=operations/**}
  get /$v/{name=projects/*/locations/*/replays/*/operations/**}
  get /$v/{name=folders/*/locations/*/replays/*/operations/**}
  get /$v/{name=organizations/*/locations/*/replays/*/operations/**}
  get /$v/{name=projects/*/locations/*/orgPolicyViolationsPreviews/*/operations/**}
  get /$v/{name=folders/*/locations/*/orgPolicyViolationsPreviews/*/operations/**}
  get /$v/{name=organizations/*/locations/*/orgPolicyViolationsPreviews/*/operations/**}
  get /$v/{name=projects/*/locations/*/accessPolicySimulations/*/operations/**}
  get /$v/{name=folders/*/locations/*/accessPolicySimulations/*/operations/**}
  get /$v/{name=organizations/*/locations/*/accessPolicySimulations/*/operations/**}
  list /$v/{name=operations}
  list /$v/{name=projects/*/locations/*/replays/*/operations}
  list /$v/{name=folders/*/locations/*/replays/*/operations}
  list /$v/{name=organizations/*/locations/*/replays/*/operations}

privilegedaccessmanager v1
  get delete /$v/{name=projects/*/locations/*/operations/*}
  get delete /$v/{name=organizations/*/locations/*/operations/*}
  get delete /$v/{name=folders/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations
  list /$v/{name=organizations/*/locations/*}/operations
  list /$v/{name=folders/*/locations/*}/operations

pubsublite v1
  get cancel* delete /$v/admin/{name=projects/*/locations/*/operations/*}
  list /$v/admin/{name=projects/*/locations/*}/operations

recommendationengine v1beta1
  get /$v/{name=projects/*/locations/*/catalogs/*/operations/*}
  get /$v/{name=projects/*/locations/*/catalogs/*/eventStores/*/operations/*}
  list /$v/{name=projects/*/locations/*/catalogs/*}/operations
  list /$v/{name=projects/*/locations/*/catalogs/*/eventStores/*}/operations

retail v2
  get /$v/{name=projects/*/locations/*/operations/*}
  get /$v/{name=projects/*/locations/*/catalogs/*/branches/*/operations/*}
  get /$v/{name=projects/*/locations/*/catalogs/*/operations/*}
  get /$v/{name=projects/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations
  list /$v/{name=projects/*/locations/*/catalogs/*}/operations
  list /$v/{name=projects/*}/operations

retail v2alpha
  get /$v/{name=projects/*/locations/*/catalogs/*/branches/*/operations/*}
  get /$v/{name=projects/*/locations/*/catalogs/*/branches/*/places/*/operations/*}
  get /$v/{name=projects/*/locations/*/catalogs/*/operations/*}
  get /$v/{name=projects/*/locations/*/operations/*}
  get /$v/{name=projects/*/operations/*}
  list /$v/{name=projects/*/locations/*/catalogs/*}/operations
  list /$v/{name=projects/*/locations/*}/operations
  list /$v/{name=projects/*}/operations

retail v2beta
  get /$v/{name=projects/*/locations/*/catalogs/*/branches/*/operations/*}
  get /$v/{name=projects/*/locations/*/catalogs/*/operations/*}
  get /$v/{name=projects/*/locations/*/operations/*}
  get /$v/{name=projects/*/operations/*}
  list /$v/{name=projects/*/locations/*/catalogs/*}/operations
  list /$v/{name=projects/*/locations/*}/operations
  list /$v/{name=projects/*}/operations

run v2
  get delete wait* /$v/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations

runtimeconfig v1beta1
  get /$v/{name=projects/*/configs/*/operations/**}

securitycenter v1 v2
  get cancel delete /$v/{name=organizations/*/operations/*}
  list /$v/{name=organizations/*/operations}

securitycenter v1beta1 v1p1beta1
  get cancel* delete /$v/{name=organizations/*/operations/*}
  list /$v/{name=organizations/*/operations}

securityposture v1
  get cancel* delete /$v/{name=organizations/*/locations/*/operations/*}
  list /$v/{name=organizations/*/locations/*}/operations

servicemanagement v1
  list /$v/operations

spanner v1
  get cancel delete /$v/{name=projects/*/instances/*/databases/*/operations/*}
  get cancel delete /$v/{name=projects/*/instances/*/operations/*}
  get cancel delete /$v/{name=projects/*/instances/*/backups/*/operations/*}
  get cancel delete /$v/{name=projects/*/instances/*/instancePartitions/*/operations/*}
  get cancel delete /$v/{name=projects/*/instanceConfigs/*/operations/*}
  get cancel delete /$v/{name=projects/*/instanceConfigs/*/ssdCaches/*/operations/*}
  list /$v/{name=projects/*/instances/*/databases/*/operations}
  list /$v/{name=projects/*/instances/*/operations}
  list /$v/{name=projects/*/instances/*/backups/*/operations}
  list /$v/{name=projects/*/instances/*/instancePartitions/*/operations}
  list /$v/{name=projects/*/instanceConfigs/*/operations}
  list /$v/{name=projects/*/instanceConfigs/*/ssdCaches/*/operations}

speech v1 v1p1beta1
  get /$v/operations/{name=**}
  list /$v/operations

storagetransfer v1
  get cancel* /$v/{name=transferOperations/**}
  list /$v/{name=transferOperations}

telcoautomation v1
  get cancel* delete /$v/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*/operations}

videointelligence v1 v1beta2 v1p1beta1 v1p2beta1
  get cancel* delete /$v/{name=projects/*/locations/*/operations/*}
  get cancel delete /$v/operations/{name=projects/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations

vision v1
  get /$v/{name=projects/*/operations/*}
  get /$v/{name=projects/*/locations/*/operations/*}
  get /$v/{name=operations/*}
  get /$v/{name=locations/*/operations/*}

visionai v1
  get /$v/{name=projects/*/locations/*/operations/*}
  get /$v/{name=projects/*/locations/*/warehouseOperations/*}
  get /$v/{name=projects/*/locations/*/corpora/*/assets/*/operations/*}
  get /$v/{name=projects/*/locations/*/corpora/*/collections/*/operations/*}
  get /$v/{name=projects/*/locations/*/corpora/*/imageIndexes/*/operations/*}
  get /$v/{name=projects/*/locations/*/corpora/*/indexes/*/operations/*}
  get /$v/{name=projects/*/locations/*/corpora/*/operations/*}
  get /$v/{name=projects/*/locations/*/indexEndpoints/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations
  cancel* delete /$v/{name=projects/*/locations/*/operations/*}

visionai v1alpha1
  get /$v/{name=projects/*/locations/*/operations/*}
  get /$v/{name=projects/*/locations/*/warehouseOperations/*}
  get /$v/{name=projects/*/locations/*/corpora/*/assets/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations
  cancel* delete /$v/{name=projects/*/locations/*/operations/*}

webrisk v1
  get cancel* delete /$v/{name=projects/*/operations/*}
  list /$v/{name=projects/*}/operations

workloadidentity v1
  get cancel* delete /$v/{name=projects/*/locations/*/operations/*}
  get cancel* delete /$v/{name=folders/*/locations/*/operations/*}
  get cancel* delete /$v/{name=organizations/*/locations/*/operations/*}
  list /$v/{name=projects/*/locations/*}/operations
  list /$v/{name=folders/*/locations/*}/operations
  list /$v/{name=organizations/*/locations/*}/operations
`.trim();
