/** The workflow bundle: everything that runs in the sandbox, as one script. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH, PAYLOAD_CONVERTER_PATH } from './data-converter.js';

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Bundles `workflows/` with the converters that it must share with client and worker. Takes some seconds: once per process, build or test run. */
export async function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`../../workflows/index${extension}`, import.meta.url)),
    workflowInterceptorModules: [fileURLToPath(new URL(`../../workflows/trace${extension}`, import.meta.url))],
    payloadConverterPath: PAYLOAD_CONVERTER_PATH,
    failureConverterPath: FAILURE_CONVERTER_PATH,
    logger: new DefaultLogger('WARN'),
  });
}
