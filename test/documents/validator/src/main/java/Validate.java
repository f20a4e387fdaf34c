import com.helger.diver.api.coord.DVRCoordinate;
import com.helger.io.resource.FileSystemResource;
import com.helger.phive.api.execute.ValidationExecutionManager;
import com.helger.phive.api.executorset.IValidationExecutorSet;
import com.helger.phive.api.executorset.ValidationExecutorSetRegistry;
import com.helger.phive.api.result.ValidationResultList;
import com.helger.phive.api.validity.IValidityDeterminator;
import com.helger.phive.peppol.PeppolValidation;
import com.helger.phive.xml.source.IValidationSourceXML;
import com.helger.phive.xml.source.ValidationSourceXML;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Judges files by the official rules of Peppol BIS Billing 3: XSD, EN 16931 and Peppol, with those of Sweden. Each argument is
 * RULESET=FILE, as in eu.peppol.bis3:invoice:2026.5=a.xml. For each file one line VALID or INVALID, and before it one line for every
 * finding, with its level, its rule and its text. The exit code is 0 when every file was judged, whatever the verdict.
 */
public final class Validate {
  private Validate() {}

  public static void main(final String[] args) throws Exception {
    final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    final ValidationExecutorSetRegistry<IValidationSourceXML> registry = new ValidationExecutorSetRegistry<>();
    PeppolValidation.initStandard(registry);
    for (final String arg : args) {
      final int split = arg.indexOf('=');
      final IValidationExecutorSet<IValidationSourceXML> rules = registry.getOfID(DVRCoordinate.parseOrThrow(arg.substring(0, split)));
      if (rules == null) throw new IllegalArgumentException("no such rule set: " + arg.substring(0, split));
      final File file = new File(arg.substring(split + 1));
      final ValidationResultList results = ValidationExecutionManager.executeValidation(
          IValidityDeterminator.createDefault(), rules, ValidationSourceXML.create(new FileSystemResource(file)), Locale.ENGLISH);
      results.forEachFlattened(finding -> out.println(
          "FINDING\t" + file.getName() + "\t" + finding.getErrorLevel().getID() + "\t" + finding.getErrorID() + "\t"
              + String.valueOf(finding.getErrorText(Locale.ENGLISH)).replaceAll("\\s+", " ")));
      out.println((results.containsNoError() ? "VALID" : "INVALID") + "\t" + file.getName() + "\t" + results.size() + " layers");
    }
  }
}
