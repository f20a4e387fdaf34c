/** `hemgang agreements check`: validates agreement files, with line and field of every error. */
import { loadAgreementFiles, loadAgreements } from '../agreements/load.js';
import { problemText } from '../agreements/yaml-file.js';
import { reportErrors } from './errors.js';
import { type CommandIo, EXIT } from './io.js';

export interface AgreementsCheckOptions {
  /** Files to check; none: the whole folder. */
  files: string[];
  /** Folder of the agreements; the shipped ones when left out. */
  agreementsDir?: string | undefined;
}

/** Answers 0 when every file holds, 1 when one does not. */
export function agreementsCheck(options: AgreementsCheckOptions, io: CommandIo): number {
  const loaded = options.files.length > 0 ? loadAgreementFiles(options.files) : loadAgreements(options.agreementsDir);
  if (!loaded.ok) return reportErrors(io, loaded.problems.map(problemText));
  for (const agreement of loaded.agreements) io.stdout.write(`${agreement.id}: giltig (version ${agreement.version.slice(0, 12)})\n`);
  const years = Object.keys(loaded.vardpriser);
  if (years.length > 0) io.stdout.write(`vårdpris: giltigt för ${years.join(', ')}\n`);
  const { regioner, kommuner } = loaded.parties;
  if (regioner.length + kommuner.length > 0)
    io.stdout.write(`parter: giltiga, ${regioner.length} regioner och ${kommuner.length} kommuner\n`);
  return EXIT.done;
}
