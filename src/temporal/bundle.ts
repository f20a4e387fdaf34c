/** The workflow bundle: everything that runs in the sandbox, as one script. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type WorkflowBundleWithSourceMap, bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH, PAYLOAD_CONVERTER_PATH } from './data-converter.js';

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Bundles `workflows/` with the converters that it must share with client and worker. Takes some seconds: once per process, build or test run. */
export async function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`../../workflows/index${extension}`, import.meta.url)),
    payloadConverterPath: PAYLOAD_CONVERTER_PATH,
    failureConverterPath: FAILURE_CONVERTER_PATH,
    logger: new DefaultLogger('WARN'),
  });
}

/** Writes the bundle to a file (name it `.cjs`), for workers that start from `{ codePath }`. */
export async function writeWorkflowBundle(file: string): Promise<void> {
  const { code } = await bundleWorkflows();
  await writeFile(file, code);
}
