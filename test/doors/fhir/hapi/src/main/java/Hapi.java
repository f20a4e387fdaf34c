import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.OperationOutcome;

/** `validate FILE…`: a line for each file and each of its errors. `client BASE ENCOUNTER FINISHED BUNDLE`: a line for each thing done. */
public class Hapi {
  static final FhirContext R4 = FhirContext.forR4();

  public static void main(String[] args) throws Exception {
    if (args[0].equals("validate")) validate(List.of(args).subList(1, args.length));
    else client(args[1], read(args[2]), read(args[3]), read(args[4]));
  }

  static String read(String file) throws Exception {
    return Files.readString(Path.of(file));
  }

  static void validate(List<String> files) throws Exception {
    FhirValidator validator = R4.newValidator();
    FhirInstanceValidator instance = new FhirInstanceValidator(new ValidationSupportChain(
        new DefaultProfileValidationSupport(R4), new InMemoryTerminologyServerValidationSupport(R4), new CommonCodeSystemsTerminologyService(R4)));
    // Extensions of our own have no definition that could be looked up.
    instance.setAnyExtensionsAllowed(true);
    validator.registerValidatorModule(instance);
    for (String file : files) {
      String name = Path.of(file).getFileName().toString();
      int errors = 0;
      for (SingleValidationMessage message : validator.validateWithResult(read(file)).getMessages()) {
        if (message.getSeverity() != ResultSeverityEnum.ERROR && message.getSeverity() != ResultSeverityEnum.FATAL) continue;
        errors++;
        System.out.println("ERROR\t" + name + "\t" + message.getLocationString() + "\t" + message.getMessage().replaceAll("\\s+", " "));
      }
      System.out.println((errors == 0 ? "VALID" : "INVALID") + "\t" + name);
    }
  }

  static void did(String what, Object... with) {
    StringBuilder line = new StringBuilder(what);
    for (Object each : with) line.append('\t').append(each);
    System.out.println(line);
  }

  static void client(String base, String encounter, String finished, String bundle) {
    IGenericClient client = R4.newRestfulGenericClient(base);
    CapabilityStatement can = client.capabilities().ofType(CapabilityStatement.class).execute();
    did("capabilities", can.getFhirVersion().toCode(), can.getRestFirstRep().getResourceFirstRep().getType());

    MethodOutcome created = client.create().resource(encounter).execute();
    did("created", created.getCreated(), created.getId().getIdPart(), created.getOperationOutcome() instanceof OperationOutcome);
    Encounter read = client.read().resource(Encounter.class).withId(created.getId().getIdPart()).execute();
    did("read", read.getStatus().toCode(), read.getClass_().getCode(), read.getMeta().getVersionId() != null);

    Encounter done = R4.newJsonParser().parseResource(Encounter.class, finished);
    done.setId(created.getId().toUnqualifiedVersionless());
    MethodOutcome updated = client.update().resource(done).execute();
    did("updated", updated.getCreated() == null ? "false" : updated.getCreated(), updated.getId().getIdPart());
    Bundle found = client.search().forResource(Encounter.class)
        .where(Encounter.IDENTIFIER.exactly().systemAndIdentifier("urn:hemgang:fhir:stay", created.getId().getIdPart()))
        .returnBundle(Bundle.class).execute();
    did("found", found.getTotal(), ((Encounter) found.getEntryFirstRep().getResource()).getStatus().toCode());

    MethodOutcome again = client.create().resource(encounter).conditionalByUrl("Encounter?identifier=urn:hemgang:fhir:stay|" + created.getId().getIdPart()).execute();
    did("conditional", again.getCreated() == null ? "false" : again.getCreated(), again.getId().getIdPart());
    Bundle answer = client.transaction().withBundle(R4.newJsonParser().parseResource(Bundle.class, bundle)).execute();
    did("transaction", answer.getType().toCode(), answer.getEntryFirstRep().getResponse().getStatus());

    try {
      client.update().resource(done.copy().setStatus(Encounter.EncounterStatus.FINISHED).setPeriod(null)).execute();
      did("wrong", "taken");
    } catch (UnprocessableEntityException refused) {
      OperationOutcome outcome = (OperationOutcome) refused.getOperationOutcome();
      did("wrong", outcome.getIssueFirstRep().getCode().toCode(), outcome.getIssueFirstRep().getExpression().get(0));
    }
    try {
      read.setId(created.getId().withVersion("0"));
      client.update().resource(read).withId(created.getId().withVersion("0")).execute();
      did("version", "taken");
    } catch (PreconditionFailedException refused) {
      did("version", refused.getStatusCode());
    }
    try {
      client.read().resource(Encounter.class).withId("nobody").execute();
      did("missing", "found");
    } catch (ResourceNotFoundException missing) {
      did("missing", missing.getStatusCode(), missing.getOperationOutcome() instanceof OperationOutcome);
    }
  }
}
